// Package facts joins the worlds: Dockerfiles, Kubernetes objects, images and
// advisories become one Project, complete before the first rule runs and
// read-only afterwards. Which instruction brought a layer, which workload runs
// an image and what exposes it are facts, not judgements.
package facts
