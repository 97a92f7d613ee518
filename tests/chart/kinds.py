"""The kinds of Agones and of Prometheus' operator, as JSON schemas of our own: no package has them.

Only the fields that the chart uses are known here, with what those projects allow in them; any other field is an
error, as a misspelt one is. A field was looked up in

* Agones: install/helm/agones/templates/crds/ of github.com/agones-dev/agones (2026, after 1.57), and for
  GameServerAllocation site/content/en/docs/Reference/gameserverallocation.md;
* Prometheus' operator: example/prometheus-operator-crd/ of its repository, PodMonitor of 0.91, ServiceMonitor of 0.84.
"""

from typing import Any

Schema = dict[str, Any]

BOOLEAN: Schema = {"type": "boolean"}
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}
AMOUNT: Schema = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+%$"}]}


def whole(least: int, most: int = 2**63 - 1) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def listed(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def named(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def fields(*required: str, **known: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": known}


def kind(api: str, name: str, spec: Schema) -> Schema:
    meta = fields(name=TEXT, generateName=TEXT, labels=TEXTS, annotations=TEXTS)
    return fields("apiVersion", "kind", "spec", apiVersion=one_of(api), kind=one_of(name), metadata=meta, spec=spec)


PORT = fields(
    "name",
    "portPolicy",
    "protocol",
    name=TEXT,
    range=TEXT,
    portPolicy=one_of("Dynamic", "Static", "Passthrough", "None"),
    protocol=one_of("UDP", "TCP", "TCPUDP"),
    container=TEXT,
    containerPort=whole(1, 65535),
    hostPort=whole(1, 65535),
)
GAME_SERVER_SPEC = fields(
    "template",
    container=TEXT,
    ports=listed(PORT),
    health=fields(disabled=BOOLEAN, initialDelaySeconds=whole(0), periodSeconds=whole(0), failureThreshold=whole(1)),
    scheduling=one_of("Packed", "Distributed"),
    sdkServer=fields(
        logLevel=one_of("Error", "Info", "Debug", "Trace"), grpcPort=whole(1, 65535), httpPort=whole(1, 65535)
    ),
    counters=named(fields(count=whole(0), capacity=whole(0))),
    lists=named(fields(capacity=whole(0, 1000), values=listed(TEXT))),
    eviction=fields(safe=one_of("Always", "OnUpgrade", "Never")),
    template={"type": "object"},  # a pod template of Kubernetes, which is checked by its own schema
)
PRIORITIES = listed(
    fields("type", "key", type=one_of("Counter", "List"), key=TEXT, order=one_of("Ascending", "Descending"))
)
SCHEDULING = one_of("Packed", "Distributed")
FLEET = fields(
    "template",
    replicas=whole(0),
    scheduling=SCHEDULING,
    strategy=fields(
        type=one_of("Recreate", "RollingUpdate"), rollingUpdate=fields(maxSurge=AMOUNT, maxUnavailable=AMOUNT)
    ),
    priorities=PRIORITIES,
    template=fields("spec", metadata=fields(labels=TEXTS, annotations=TEXTS), spec=GAME_SERVER_SPEC),
)
AUTOSCALER = fields(
    "fleetName",
    "policy",
    fleetName=TEXT,
    policy=fields(
        "type",
        "buffer",
        type=one_of("Buffer"),
        buffer=fields("maxReplicas", "bufferSize", bufferSize=AMOUNT, minReplicas=whole(0), maxReplicas=whole(1)),
    ),
    sync=fields("type", type=one_of("FixedInterval"), fixedInterval=fields("seconds", seconds=whole(1))),
)
AVAILABLE = fields(minCount=whole(0), maxCount=whole(0), minAvailable=whole(0), maxAvailable=whole(0))
SELECTOR = fields(
    matchLabels=TEXTS,
    gameServerState=one_of("Ready", "Allocated"),
    counters=named(AVAILABLE),
    lists=named(fields(containsValue=TEXT, minAvailable=whole(0), maxAvailable=whole(0))),
)
ALLOCATION = fields(selectors=listed(SELECTOR), priorities=PRIORITIES, scheduling=SCHEDULING)

RELABELINGS = listed(
    fields(sourceLabels=listed(TEXT), targetLabel=TEXT, replacement=TEXT, regex=TEXT, separator=TEXT, action=TEXT)
)
INTERVAL: Schema = {"type": "string", "pattern": "^[0-9]+(ms|s|m|h)$"}
ENDPOINT = fields("port", port=TEXT, path=TEXT, interval=INTERVAL, relabelings=RELABELINGS)
CHOSEN = fields("matchLabels", matchLabels=TEXTS)
RULE = fields(
    "alert",
    "expr",
    alert=TEXT,
    expr=TEXT,
    labels=TEXTS,
    annotations=TEXTS,
    **{"for": {"type": "string", "pattern": "^[0-9]+[smh]$"}},
)
MONITORING = "monitoring.coreos.com/v1"

SCHEMAS: dict[str, Schema] = {
    "Fleet": kind("agones.dev/v1", "Fleet", FLEET),
    "FleetAutoscaler": kind("autoscaling.agones.dev/v1", "FleetAutoscaler", AUTOSCALER),
    "GameServerAllocation": kind("allocation.agones.dev/v1", "GameServerAllocation", ALLOCATION),
    "PodMonitor": kind(
        MONITORING, "PodMonitor", fields("selector", selector=CHOSEN, podMetricsEndpoints=listed(ENDPOINT))
    ),
    "ServiceMonitor": kind(
        MONITORING, "ServiceMonitor", fields("selector", "endpoints", selector=CHOSEN, endpoints=listed(ENDPOINT))
    ),
    "PrometheusRule": kind(
        MONITORING, "PrometheusRule", fields("groups", groups=listed(fields("name", name=TEXT, rules=listed(RULE))))
    ),
}
