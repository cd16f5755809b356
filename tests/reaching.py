"""How a test looks for one example of something among random ones: the first will do, however long it is."""

from hypothesis import HealthCheck, Phase, settings

REACHING = settings(
    max_examples=2_000,
    phases=[Phase.generate],  # to make the example short takes much longer than to find it
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
