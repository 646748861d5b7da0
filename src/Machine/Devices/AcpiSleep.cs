using System;
using System.Buffers.Binary;

namespace Mote.Machine;

/// <summary>
/// How ACPI turns the machine off (ACPI 6.5: 5.2.5 root pointer, 5.2.9 FADT, 7.4.2 \_S5): a value for an I/O port. Machines without a sleep
/// register (reduced hardware) have PM1a_CNT. The tables are
/// the VMM's word; nothing but that port is believed of them.
/// </summary>
public readonly struct AcpiSleep
{
    private const int HeaderBytes = 36;
    private const int LengthOffset = 4;
    private const int MostTables = 64;
    private const int MostBytes = 1 << 20;

    // The root pointer.
    private const int RevisionOffset = 15, RsdtOffset = 16, XsdtOffset = 24, PointerBytes = 36;

    // The FADT.
    private const int DsdtOffset = 40, Pm1ControlOffset = 64, FlagsOffset = 112, WideDsdtOffset = 140, SleepControlOffset = 244,
        FixedBytes = 256;
    private const uint ReducedHardware = 1 << 20;
    private const byte IoSpace = 1;

    // PM1 control and the sleep control register: type and enable.
    private const int ControlTypeShift = 10, SleepTypeShift = 2;
    private const ushort ControlEnable = 1 << 13;
    private const byte SleepEnable = 1 << 5;
    private const byte HighestType = 7;

    private AcpiSleep(ushort port, ushort value, bool isByte)
    {
        Port = port;
        Value = value;
        IsByte = isByte;
    }

    /// <summary>Zero when ACPI does not say how.</summary>
    public ushort Port { get; }

    public ushort Value { get; }

    /// <summary>The port takes a byte, else a word.</summary>
    public bool IsByte { get; }

    /// <summary>Reads the tables.</summary>
    /// <param name="memory">Where they are.</param>
    /// <param name="rootPointer">Where the loader says that they begin; zero where it does not, and the BIOS's place is searched.</param>
    public static AcpiSleep Find(PhysicalBytes memory, ulong rootPointer)
    {
        Span<byte> pointer = stackalloc byte[PointerBytes];
        if (!TryReadPointer(memory, rootPointer, pointer))
        {
            return default;
        }

        Span<byte> table = stackalloc byte[FixedBytes];
        bool isWide = pointer[RevisionOffset] >= 2 && BinaryPrimitives.ReadUInt64LittleEndian(pointer[XsdtOffset..]) != 0;
        ulong list = isWide ? BinaryPrimitives.ReadUInt64LittleEndian(pointer[XsdtOffset..])
            : BinaryPrimitives.ReadUInt32LittleEndian(pointer[RsdtOffset..]);
        return TryFindFixed(memory, list, isWide, table) ? Read(memory, table) : default;
    }

    private static bool TryReadPointer(PhysicalBytes memory, ulong address, Span<byte> pointer)
    {
        const ulong First = 0xe_0000, End = 0x10_0000, Step = 16;
        if (address != 0)
        {
            return memory.TryRead(address, pointer) && pointer.StartsWith("RSD PTR "u8);
        }

        for (address = First; address < End; address += Step)
        {
            if (memory.TryRead(address, pointer[..8]) && pointer.StartsWith("RSD PTR "u8))
            {
                return memory.TryRead(address, pointer);
            }
        }

        return false;
    }

    private static bool TryFindFixed(PhysicalBytes memory, ulong list, bool isWide, Span<byte> table)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (!TryReadHeader(memory, list, header, out int length))
        {
            return false;
        }

        int size = isWide ? sizeof(ulong) : sizeof(uint);
        Span<byte> entry = stackalloc byte[sizeof(ulong)];
        int count = Math.Min((length - HeaderBytes) / size, MostTables);
        for (int i = 0; i < count; i++)
        {
            entry.Clear();
            if (!memory.TryRead(list + HeaderBytes + (ulong)(i * size), entry[..size]))
            {
                return false;
            }

            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(entry);
            if (TryReadHeader(memory, address, header, out length) && header.StartsWith("FACP"u8))
            {
                table.Clear();
                return memory.TryRead(address, table[..Math.Min(length, FixedBytes)]);
            }
        }

        return false;
    }

    private static bool TryReadHeader(PhysicalBytes memory, ulong address, Span<byte> header, out int length)
    {
        length = 0;
        if (address is 0 or > DeviceSpace.Highest || !memory.TryRead(address, header))
        {
            return false;
        }

        uint stated = BinaryPrimitives.ReadUInt32LittleEndian(header[LengthOffset..]);
        length = (int)Math.Min(stated, MostBytes);
        return stated >= HeaderBytes;
    }

    private static AcpiSleep Read(PhysicalBytes memory, ReadOnlySpan<byte> table)
    {
        ulong wide = BinaryPrimitives.ReadUInt64LittleEndian(table[WideDsdtOffset..]);
        byte type = SleepType(memory, wide != 0 ? wide : BinaryPrimitives.ReadUInt32LittleEndian(table[DsdtOffset..]));
        ulong control = BinaryPrimitives.ReadUInt64LittleEndian(table[(SleepControlOffset + 4)..]);
        if (table[SleepControlOffset] == IoSpace && control is > 0 and <= ushort.MaxValue)
        {
            return type <= HighestType ? new AcpiSleep((ushort)control, (ushort)((type << SleepTypeShift) | SleepEnable), isByte: true)
                : default;
        }

        uint port = BinaryPrimitives.ReadUInt32LittleEndian(table[Pm1ControlOffset..]);
        bool isReduced = (BinaryPrimitives.ReadUInt32LittleEndian(table[FlagsOffset..]) & ReducedHardware) != 0;
        return !isReduced && port is > 0 and <= ushort.MaxValue && type <= HighestType
            ? new AcpiSleep((ushort)port, (ushort)((type << ControlTypeShift) | ControlEnable), isByte: false)
            : default;
    }

    /// <summary>
    /// The first number of the package \_S5, by its bytes (ACPI 6.5, 20.2): no interpreter is needed, for it is a constant. 255 when there
    /// is none.
    /// </summary>
    private static byte SleepType(PhysicalBytes memory, ulong dsdt)
    {
        const byte None = 0xff, PackageOp = 0x12, BytePrefix = 0x0a, One = 1;
        const int ChunkBytes = 256, LongestPackage = 16;
        Span<byte> chunk = stackalloc byte[ChunkBytes + LongestPackage];
        if (!TryReadHeader(memory, dsdt, chunk[..HeaderBytes], out int length))
        {
            return None;
        }

        for (int at = HeaderBytes; at < length; at += ChunkBytes)
        {
            Span<byte> part = chunk[..Math.Min(chunk.Length, length - at)];
            if (!memory.TryRead(dsdt + (ulong)at, part))
            {
                return None;
            }

            int name = part.IndexOf("_S5_"u8);
            if (name < 0 || name + 4 >= part.Length || part[name + 4] != PackageOp)
            {
                continue;
            }

            ReadOnlySpan<byte> package = part[(name + 5)..];
            int first = package.IsEmpty ? 0 : 2 + (package[0] >> 6); // the length has up to three more bytes; then the count of elements
            return first + 1 < package.Length && package[first] == BytePrefix ? package[first + 1]
                : first > 0 && first < package.Length && package[first] <= One ? package[first] : None;
        }

        return None;
    }
}
