using System;
using System.Collections.Generic;
using System.IO;
using Iced.Intel;
using Mote.LineTable;

namespace Mote.CodeCheck;

/// <summary>
/// Puts the store itself where compiled code calls the runtime's helper to store a reference: the collector is not generational and needs no barrier, so the helper is one instruction, and a
/// call and its return cost several. The helpers stay for jumps to them.
/// </summary>
internal sealed class ReferenceStores
{
    private static readonly string[] s_helpers = ["RhpAssignRef", "RhpCheckedAssignRef"];

    /// <summary>mov %rsi, (%rdi), and an operation that does nothing, as long as a call.</summary>
    private static readonly byte[] s_store = [0x48, 0x89, 0x37, 0x66, 0x90];

    /// <summary>All of a helper: the store and ret.</summary>
    private static readonly byte[] s_helper = [0x48, 0x89, 0x37, 0xc3];

    private readonly HashSet<ulong> _targets = [];

    /// <exception cref="InvalidDataException">A helper of the kernel does more than store.</exception>
    internal ReferenceStores(ElfFile elf)
    {
        foreach (ElfSymbol symbol in elf.Symbols())
        {
            if (symbol.IsDefined && Array.IndexOf(s_helpers, symbol.Name) >= 0)
            {
                if (!elf.Code(symbol.Address, (ulong)s_helper.Length).Span.SequenceEqual(s_helper))
                {
                    throw new InvalidDataException($"{symbol.Name} (Helpers.S) is more than a store: its calls cannot be replaced by one");
                }

                _targets.Add(symbol.Address);
            }
        }
    }

    internal void Inline(Memory<byte> code, ulong address)
    {
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(code.ToArray()), address);
        ulong end = address + (ulong)code.Length;
        while (decoder.IP < end)
        {
            decoder.Decode(out Instruction instruction);
            if (instruction.Code == Code.Call_rel32_64 && instruction.Length == s_store.Length && _targets.Contains(instruction.NearBranchTarget))
            {
                s_store.CopyTo(code.Span[(int)(instruction.IP - address)..]);
            }
        }
    }
}
