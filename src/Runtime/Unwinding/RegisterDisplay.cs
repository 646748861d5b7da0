using System.Runtime.InteropServices;

namespace Mote.Runtime;

/// <summary>The registers of a frame: for each that a callee preserves, where its value lies (REGDISPLAY).</summary>
// SAFETY: takes addresses, follows none.
[StructLayout(LayoutKind.Explicit, Size = 0x88)]
internal unsafe struct RegisterDisplay
{
    [FieldOffset(0x18)]
    public nint* Rbx;

    [FieldOffset(0x20)]
    public nint* Rbp;

    [FieldOffset(0x58)]
    public nint* R12;

    [FieldOffset(0x60)]
    public nint* R13;

    [FieldOffset(0x68)]
    public nint* R14;

    [FieldOffset(0x70)]
    public nint* R15;

    [FieldOffset(0x78)]
    public nint Sp;

    [FieldOffset(0x80)]
    public nint Ip;

    /// <summary>Takes the registers of a context, which must stay where it is.</summary>
    public void Load(LimitedContext* context)
    {
        Rbx = &context->Rbx;
        Rbp = &context->Rbp;
        R12 = &context->R12;
        R13 = &context->R13;
        R14 = &context->R14;
        R15 = &context->R15;
        Sp = context->Rsp;
        Ip = context->Ip;
    }

    /// <summary>Says where a register of the caller was saved.</summary>
    /// <param name="register">Its number in DWARF (System V ABI for AMD64, figure 3.36).</param>
    /// <param name="location">Where.</param>
    /// <returns>False for a register that no callee preserves.</returns>
    public bool SetSaved(int register, nint* location)
    {
        switch (register)
        {
            case 3:
                Rbx = location;
                return true;
            case 6:
                Rbp = location;
                return true;
            case 12:
                R12 = location;
                return true;
            case 13:
                R13 = location;
                return true;
            case 14:
                R14 = location;
                return true;
            case 15:
                R15 = location;
                return true;
            default:
                return register == Unwinder.ReturnAddressRegister;
        }
    }
}
