using System;
using Iced.Intel;

namespace Mote.CodeCheck;

/// <summary>
/// The registers that an entry into the kernel saves: the general ones, XMM0, XMM1 and XMM8 at once, XMM2 to XMM7 and MXCSR when MachineSaveVectors is called (trap.S).
/// Compiled functions are checked; the few in assembly have no extent.
/// </summary>
internal static class SavedRegisters
{
    private const int SavedVectors = 9;

    /// <summary>What moves, shifts, compares and combines bits and integers, and so neither reads nor writes MXCSR. Of anything else it is assumed.</summary>
    private static readonly Mnemonic[] s_withoutMxcsr =
    [
        Mnemonic.Movaps, Mnemonic.Movups, Mnemonic.Movapd, Mnemonic.Movupd, Mnemonic.Movdqa, Mnemonic.Movdqu, Mnemonic.Movd, Mnemonic.Movq, Mnemonic.Movss, Mnemonic.Movsd,
        Mnemonic.Movddup, Mnemonic.Xorps, Mnemonic.Xorpd, Mnemonic.Pxor, Mnemonic.Por, Mnemonic.Pand, Mnemonic.Pandn, Mnemonic.Orps, Mnemonic.Andps,
        Mnemonic.Pcmpeqb, Mnemonic.Pcmpeqw, Mnemonic.Pcmpeqd, Mnemonic.Pcmpeqq, Mnemonic.Ptest, Mnemonic.Pmovmskb, Mnemonic.Pshufd, Mnemonic.Pshufb,
        Mnemonic.Punpcklqdq, Mnemonic.Punpcklbw, Mnemonic.Punpcklwd, Mnemonic.Packuswb, Mnemonic.Psrldq, Mnemonic.Pextrq, Mnemonic.Pinsrq, Mnemonic.Pextrd, Mnemonic.Pinsrd,
    ];

    /// <summary>The first register in the code that is neither saved nor a segment or control register; null when there is none.</summary>
    /// <param name="needsAll">Whether the code uses what is saved only when it is asked for.</param>
    internal static string? FindOther(ReadOnlyMemory<byte> code, ulong address, out bool needsAll)
    {
        needsAll = false;
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(code.ToArray()), address);
        ulong end = address + (ulong)code.Length;
        while (decoder.IP < end)
        {
            decoder.Decode(out Instruction instruction);
            for (int i = 0; i < instruction.OpCount; i++)
            {
                if (instruction.GetOpKind(i) != OpKind.Register)
                {
                    continue;
                }

                Register register = instruction.GetOpRegister(i);
                if (!IsSaved(register))
                {
                    return $"{register} at {instruction.IP:x}";
                }

                needsAll |= register.IsXMM() && (!IsSavedAtOnce(register) || Array.IndexOf(s_withoutMxcsr, instruction.Mnemonic) < 0);
            }

            needsAll |= instruction.Mnemonic is Mnemonic.Ldmxcsr or Mnemonic.Stmxcsr;
            if (instruction.Encoding is EncodingKind.VEX or EncodingKind.EVEX or EncodingKind.XOP && UsesVectors(in instruction))
            {
                return $"the upper half of a vector register (VEX encoding) at {instruction.IP:x}";
            }

            if (Array.IndexOf(instruction.CpuidFeatures, CpuidFeature.FPU) >= 0)
            {
                return $"x87 registers at {instruction.IP:x}";
            }
        }

        return null;
    }

    private static bool IsSaved(Register register) =>
        register.IsXMM() ? register - Register.XMM0 < SavedVectors
        : !(register.IsYMM() || register.IsZMM() || register.IsMM() || register.IsST() || register.IsK() || register.IsTMM() || register.IsBND());

    private static bool IsSavedAtOnce(Register register) => register is Register.XMM0 or Register.XMM1 or Register.XMM8;

    private static bool UsesVectors(in Instruction instruction)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Register && instruction.GetOpRegister(i).IsVectorRegister())
            {
                return true;
            }
        }

        return false;
    }
}
