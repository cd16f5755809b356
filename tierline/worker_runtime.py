"""The SDK's runtime of a worker, with its metrics and ours on one port. A process makes one, and only one."""

from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from tierline.faults import OperatorError
from tierline.settings import Settings

_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
_WAITED = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
BUCKETS = {
    "temporal_workflow_task_schedule_to_start_latency": _WAITED,
    "temporal_activity_schedule_to_start_latency": _WAITED,
    "temporal_workflow_task_execution_latency": _WAITED,
    "temporal_workflow_task_replay_latency": _WAITED,
    "tierline_deadline_lateness_seconds": _SECONDS,
    "tierline_journal_lag_seconds": _SECONDS,
}


class MetricsPortError(OperatorError):
    """The worker's metrics cannot be shown where the settings say."""


def measured_runtime(settings: Settings) -> Runtime:
    """A runtime that shows its metrics to Prometheus; MetricsPortError where the port cannot be had."""
    host, port = settings.worker_metrics_host, settings.worker_metrics_port
    shown = PrometheusConfig(
        bind_address=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        counters_total_suffix=True,
        durations_as_seconds=True,
        histogram_bucket_overrides={name: list(bounds) for name, bounds in BUCKETS.items()},
    )
    try:
        return Runtime(telemetry=TelemetryConfig(metrics=shown, attach_service_name=False))
    except (RuntimeError, ValueError) as error:
        raise MetricsPortError(
            f"the worker's metrics cannot be shown on {host}:{port} ({error}): "
            "choose another with TIERLINE_WORKER_METRICS_PORT"
        ) from None
