"""How hosts are reached: proxies, TLS certificates, HTTP clients, and errors of connections."""
