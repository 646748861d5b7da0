using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Mote.Machine;

namespace Mote.Tests.Unit.Vmm;

/// <summary>
/// The first GiB of a machine as a loader leaves it: PVH's structures, a command line, ACPI's tables. What was not written is zero.
/// </summary>
internal sealed class LoadedMachine : PhysicalBytes
{
    private const ulong End = 1UL << 30;
    private readonly SortedList<ulong, byte[]> _parts = [];

    public ulong StartInfo { get; init; } = 0x6000;

    public ulong ModuleList { get; init; } = 0x6040;

    public ulong Map { get; init; } = 0x7000;

    public ulong CommandLine { get; init; } = 0x2_0000;

    public ulong RootPointer { get; init; }

    /// <summary>Writes the start info and what it points to.</summary>
    public LoadedMachine Load(string commandLine, MemoryRange module, params (ulong Start, ulong Length, uint Type)[] map)
    {
        byte[] info = new byte[56];
        BinaryPrimitives.WriteUInt32LittleEndian(info, 0x336e_c578);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(4), 1);
        if (module.Bytes != 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(12), 1);
            BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(16), ModuleList);
            byte[] entry = new byte[32];
            BinaryPrimitives.WriteUInt64LittleEndian(entry, module.Start);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(8), module.Bytes);
            Put(ModuleList, entry);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(24), CommandLine);
        BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(32), RootPointer);
        BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(40), Map);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(48), (uint)map.Length);
        Put(StartInfo, info);
        Put(Map, Machine.MemoryLayoutTests.Map(map));
        Put(CommandLine, Encoding.ASCII.GetBytes(commandLine + "\0"));
        return this;
    }

    public void Put(ulong address, byte[] bytes) => _parts[address] = bytes;

    /// <summary>Writes the root pointer, the table of tables, the FADT and the DSDT, one page each.</summary>
    /// <param name="at">Where the root pointer is.</param>
    /// <param name="sleepControl">The port of the sleep control register; zero for none.</param>
    /// <param name="pm1Control">The port of PM1a_CNT; zero for none.</param>
    /// <param name="dsdt">Bytes of the DSDT after its header.</param>
    public void PutAcpi(ulong at, ushort sleepControl, ushort pm1Control, byte[] dsdt)
    {
        byte[] pointer = new byte[36];
        "RSD PTR "u8.CopyTo(pointer);
        pointer[15] = 2;
        BinaryPrimitives.WriteUInt64LittleEndian(pointer.AsSpan(24), at + 0x1000);
        Put(at, pointer);
        byte[] list = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(list, at + 0x4000); // another table first
        BinaryPrimitives.WriteUInt64LittleEndian(list.AsSpan(8), at + 0x2000);
        Put(at + 0x1000, Table("XSDT", list));
        Put(at + 0x4000, Table("APIC", new byte[8]));
        byte[] fixedTable = Table("FACP", new byte[240]);
        BinaryPrimitives.WriteUInt32LittleEndian(fixedTable.AsSpan(64), pm1Control);
        BinaryPrimitives.WriteUInt32LittleEndian(fixedTable.AsSpan(112), pm1Control == 0 ? 1u << 20 : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(fixedTable.AsSpan(140), at + 0x3000);
        fixedTable[244] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(fixedTable.AsSpan(248), sleepControl);
        Put(at + 0x2000, fixedTable);
        Put(at + 0x3000, Table("DSDT", dsdt));
    }

    public static byte[] Table(string name, byte[] rest)
    {
        byte[] table = new byte[36 + rest.Length];
        Encoding.ASCII.GetBytes(name, table);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(4), table.Length);
        rest.CopyTo(table, 36);
        return table;
    }

    public override bool TryRead(ulong address, Span<byte> destination)
    {
        if (address >= End || (ulong)destination.Length > End - address)
        {
            return false;
        }

        destination.Clear();
        foreach ((ulong start, byte[] bytes) in _parts)
        {
            ulong from = Math.Max(start, address), to = Math.Min(start + (ulong)bytes.Length, address + (ulong)destination.Length);
            if (from < to)
            {
                bytes.AsSpan((int)(from - start), (int)(to - from)).CopyTo(destination[(int)(from - address)..]);
            }
        }

        return true;
    }
}
