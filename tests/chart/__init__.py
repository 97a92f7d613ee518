"""The chart of docs/hosting/helm: it fits Kubernetes, Agones, Prometheus, and the programs that it starts."""
