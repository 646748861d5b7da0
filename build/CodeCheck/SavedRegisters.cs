using System;
using Iced.Intel;

namespace Mote.CodeCheck;

/// <summary>The registers that every entry into the kernel saves: the general ones and XMM0 to XMM8 (SAVE_XMM in trap.S). Compiled functions are checked; the few in assembly have no extent.</summary>
internal static class SavedRegisters
{
    private const int SavedVectors = 9;

    /// <summary>The first register in the code that is neither saved nor a segment or control register; null when there is none.</summary>
    internal static string? FindOther(ReadOnlyMemory<byte> code, ulong address)
    {
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(code.ToArray()), address);
        ulong end = address + (ulong)code.Length;
        while (decoder.IP < end)
        {
            decoder.Decode(out Instruction instruction);
            for (int i = 0; i < instruction.OpCount; i++)
            {
                if (instruction.GetOpKind(i) == OpKind.Register && !IsSaved(instruction.GetOpRegister(i)))
                {
                    return $"{instruction.GetOpRegister(i)} at {instruction.IP:x}";
                }
            }

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
