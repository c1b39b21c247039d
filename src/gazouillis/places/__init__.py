"""Where in the world: an offline gazetteer of towns, regions and countries, and the stays that a text speaks of."""
