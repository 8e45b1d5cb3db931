"""What the adapters do not understand they refuse: moto itself drops it without a word."""


def refuse_unknown(kind, properties, known):
    unknown = sorted(set(properties) - set(known))
    if unknown:
        raise ValueError(f"{kind}: the adapter does not know {', '.join(unknown)}")
