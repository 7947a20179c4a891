package dockerfile

func (in *Instruction) history() {}
