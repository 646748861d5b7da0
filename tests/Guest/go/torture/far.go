package main

import "unsafe"

// A page that nothing maps.
func far() unsafe.Pointer { return unsafe.Pointer(uintptr(0x12345678000)) }
