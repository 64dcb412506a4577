"""The product: what Crossroads answers, on no platform in particular."""
