"""Pages: templates here, built browser assets in static/."""
