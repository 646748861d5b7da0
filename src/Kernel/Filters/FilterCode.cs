namespace Mote.Kernel.Filters;

/// <summary>
/// The instructions of classic BPF: class, size and mode of linux/bpf_common.h. A is the accumulator, X the index, M one of sixteen words
/// of memory, P the input.
/// </summary>
public enum FilterCode : ushort
{
    /// <summary>A = P[k], four bytes, two or one.</summary>
    LoadWord = 0x20,
    LoadHalf = 0x28,
    LoadByte = 0x30,

    /// <summary>A = P[X + k].</summary>
    LoadWordAtIndex = 0x40,
    LoadHalfAtIndex = 0x48,
    LoadByteAtIndex = 0x50,

    /// <summary>A = k, M[k], or the length of the input.</summary>
    LoadConstant = 0x00,
    LoadMemory = 0x60,
    LoadLength = 0x80,

    /// <summary>X = k, M[k], the length, or four times the low four bits of P[k]: the length of an IPv4 header.</summary>
    IndexConstant = 0x01,
    IndexMemory = 0x61,
    IndexLength = 0x81,
    IndexHeaderLength = 0xb1,

    /// <summary>M[k] = A, and X.</summary>
    Store = 0x02,
    StoreIndex = 0x03,

    Add = 0x04,
    AddIndex = 0x0c,
    Subtract = 0x14,
    SubtractIndex = 0x1c,
    Multiply = 0x24,
    MultiplyIndex = 0x2c,
    Divide = 0x34,
    DivideIndex = 0x3c,
    Or = 0x44,
    OrIndex = 0x4c,
    And = 0x54,
    AndIndex = 0x5c,
    ShiftLeft = 0x64,
    ShiftLeftIndex = 0x6c,
    ShiftRight = 0x74,
    ShiftRightIndex = 0x7c,
    Negate = 0x84,
    Modulo = 0x94,
    ModuloIndex = 0x9c,
    Xor = 0xa4,
    XorIndex = 0xac,

    Jump = 0x05,
    JumpEqual = 0x15,
    JumpEqualIndex = 0x1d,
    JumpGreater = 0x25,
    JumpGreaterIndex = 0x2d,
    JumpGreaterOrEqual = 0x35,
    JumpGreaterOrEqualIndex = 0x3d,
    JumpAnyBit = 0x45,
    JumpAnyBitIndex = 0x4d,

    /// <summary>The answer: k, or A.</summary>
    Return = 0x06,
    ReturnAccumulator = 0x16,

    /// <summary>X = A, A = X.</summary>
    ToIndex = 0x07,
    FromIndex = 0x87,
}
