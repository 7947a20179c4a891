package manifest

// resolve is source.Repo's Resolve, remembered.
func (l *library) resolve(name string) (real string, isDir bool, err error) {
	l.mu.Lock()
	got, known := l.resolved[name]
	l.mu.Unlock()
	if !known {
		got.path, got.isDir, got.err = l.repo.Resolve(name)
		l.mu.Lock()
		l.resolved[name] = got
		l.mu.Unlock()
	}
	return got.path, got.isDir, got.err
}

// resolved is what resolve has found out about a path.
type resolved struct {
	path  string
	isDir bool
	err   error
}
