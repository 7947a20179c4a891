package registry

import "context"

func openDockerArchive(ref, arg string) (store, error) {
	return nil, failure(ref, Unsupported, "", "not built yet: %s", arg)
}

func (c *Client) openDaemon(_ context.Context, ref, arg string) (store, error) {
	return nil, failure(ref, Unsupported, "", "not built yet: %s", arg)
}
