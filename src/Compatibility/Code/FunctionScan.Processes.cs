using System;
using System.Collections.Generic;
using Iced.Intel;

namespace Mote.Compatibility.Code;

/// <summary>
/// What the flags of clone(2) and clone3(2) say. They are followed through registers as numbers are. Where they lie in memory (clone3's structure, the stack of a calling convention that
/// passes arguments there), constants that are flags beyond doubt count when the function that leads to the call stores them, or one of the next callers above.
/// </summary>
internal sealed partial class FunctionScan
{
    // pthread_create fills the structure, a helper unpacks it, another makes the call.
    private const int MostCallsAbove = 3;

    private readonly HashSet<ProcessKind> _processes = [];

    /// <summary>What its calls of clone make, as far as can be told.</summary>
    public IReadOnlyCollection<ProcessKind> Processes => _processes;

    private void NoteFlags(RegisterValue flags)
    {
        if (flags.IsConstant)
        {
            Span<uint> constants = stackalloc uint[RegisterValue.MostConstants];
            foreach (uint constant in constants[..flags.CopyConstants(constants)])
            {
                _processes.Add(ProcessFlags.Of(constant));
            }
        }
        else if (flags.IsArgument)
        {
            Traits = Traits with { Flags = flags.Argument };
        }
        else if (flags != RegisterValue.Unreached)
        {
            NoteStoredFlags(0);
        }
    }

    private void NoteStoredFlags(int callsAbove)
    {
        bool isKnown = false;
        foreach (Instruction instruction in _instructions)
        {
            // Stored at once, or by way of a register.
            bool isConstant = instruction.Mnemonic == Mnemonic.Mov && instruction.OpCount == 2 && instruction.Op1Kind is OpKind.Immediate32 or OpKind.Immediate32to64 or OpKind.Immediate64;
            ulong value = isConstant ? instruction.GetImmediate(1) : 0;
            if (value is > 0 and <= uint.MaxValue && ProcessFlags.OfStored((uint)value) is { } kind)
            {
                _processes.Add(kind);
                isKnown = true;
            }
        }

        if (!isKnown && callsAbove < MostCallsAbove && (Traits.FlagsAbove == 0 || Traits.FlagsAbove > callsAbove + 1))
        {
            Traits = Traits with { FlagsAbove = callsAbove + 1 };
        }
    }
}
