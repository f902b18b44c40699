"""What crosses the borders of the network: web proxy, resolver, packet filter, and sign-ins to the cloud."""
