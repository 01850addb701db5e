"""Where people and machines come in. A door knows an audience and holds no rule."""
