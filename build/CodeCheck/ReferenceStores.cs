using System;
using System.Collections.Generic;
using Iced.Intel;
using Mote.LineTable;

namespace Mote.CodeCheck;

/// <summary>
/// Puts the store itself where compiled code calls the runtime's helper to store a reference: the collector is not generational and needs no barrier, so the helper is one instruction, and a
/// call and its return cost several. The helpers stay for jumps to them.
/// </summary>
internal sealed class ReferenceStores
{
    private const int CallBytes = 5;

    /// <summary>What the helper does, from Helpers.S, with no operation after it up to the length of a call.</summary>
    private static readonly Dictionary<string, byte[]> s_stores = new()
    {
        ["RhpAssignRef"] = [0x48, 0x89, 0x37, 0x66, 0x90], // mov %rsi, (%rdi); xchg %ax, %ax
        ["RhpCheckedAssignRef"] = [0x48, 0x89, 0x37, 0x66, 0x90],
    };

    private readonly Dictionary<ulong, byte[]> _targets = [];

    internal ReferenceStores(ElfFile elf)
    {
        foreach (ElfSymbol symbol in elf.Symbols())
        {
            if (symbol.IsDefined && s_stores.TryGetValue(symbol.Name, out byte[]? store))
            {
                _targets[symbol.Address] = store;
            }
        }
    }

    /// <summary>Calls replaced so far.</summary>
    internal int Count { get; private set; }

    internal void Inline(Memory<byte> code, ulong address)
    {
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(code.ToArray()), address);
        ulong end = address + (ulong)code.Length;
        while (decoder.IP < end)
        {
            decoder.Decode(out Instruction instruction);
            if (instruction.Code == Code.Call_rel32_64 && instruction.Length == CallBytes && _targets.TryGetValue(instruction.NearBranchTarget, out byte[]? store))
            {
                store.CopyTo(code.Span[(int)(instruction.IP - address)..]);
                Count++;
            }
        }
    }
}
