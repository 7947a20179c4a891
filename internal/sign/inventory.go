package sign

import (
	"context"
	"errors"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// inventoryType is the payload type under which statements about layers are
// signed, so that such a signature can be taken for no other.
// https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
const inventoryType = "application/vnd.tidewaiter.layer-inventory.v1"

// Inventories signs, with the operator's key, what a run itself has read of
// layers, so that a later run that signs need not read them again. It says nothing
// about any image.
type Inventories struct{ key *Key }

// Inventories returns what signs inventories with this key.
func (k *Key) Inventories() Inventories { return Inventories{k} }

// Sign implements image.Authority.
func (i Inventories) Sign(_ context.Context, statement []byte) ([]byte, error) {
	return i.key.sign(dsse.PAE(inventoryType, statement))
}

// Verify implements image.Authority.
func (i Inventories) Verify(_ context.Context, statement, signature []byte) error {
	if !i.key.public.verify(dsse.PAE(inventoryType, statement), signature) {
		return errors.New("it was not made by the key that signs this run")
	}
	return nil
}
