using System;
using System.Buffers.Binary;

namespace Mote.Machine;

/// <summary>
/// GDT, TSS and IDT (SDM volume 3, chapters 3, 6 and 8). The order of the GDT is what SYSCALL and SYSRET expect (kernel code, kernel
/// data; a slot for 32-bit code, user data, user code), with the selectors that Linux programs see. They live in one page; the double-fault stack has a place and a guard of its own.
/// </summary>
internal static unsafe class DescriptorTables
{
    private const int TssOffset = 0x50;
    private const int TssBytes = 0x68;
    private const int IdtOffset = 0x100;
    private const int VectorCount = 0x81; // device vectors are handed out below 0x80
    private const int PointersOffset = 0xf00;
    private const int NmiStackEnd = PointersOffset; // the page's rest: an NMI needs its frame alone
    private const int Nmi = 2;
    private const int DoubleFault = 8;
    private const int MachineCheck = 18;

    // In the region of stacks, far behind all slots of the pool.
    private const ulong FaultStackEnd = ContextPool.StackRegion + (1UL << 38);
    private const ulong FaultStackBytes = 2 * PageSize.Bytes;

    internal static void Load()
    {
        uint page = FrameTable.Take(FrameState.Kernel);
        if (page == 0 || !TryMapFaultStack())
        {
            throw new InvalidOperationException("No memory for descriptor tables.");
        }

        // SAFETY: the frame was just taken for the tables, and all offsets lie in it.
        unsafe
        {
            byte* start = PhysicalMemory.Window(page);
            Span<byte> tables = new(start, PageSize.Bytes);
            tables.Clear();
            ulong tss = (ulong)start + TssOffset;
            WriteEntry(tables, 1, 0x00af_9a00_0000_ffff); // kernel code
            WriteEntry(tables, 2, 0x00cf_9200_0000_ffff); // kernel data
            WriteEntry(tables, 5, 0x00cf_f200_0000_ffff); // user data, 0x2b
            WriteEntry(tables, 6, 0x00af_fa00_0000_ffff); // user code, 0x33
            WriteEntry(tables, 7, (TssBytes - 1) | ((tss & 0xffffff) << 16) | (0x89UL << 40) | ((tss >> 24 & 0xff) << 56));
            WriteEntry(tables, 8, tss >> 32);

            Span<byte> taskState = tables.Slice(TssOffset, TssBytes);
            PerCpuBlock* cpu = Native.PerCpu();
            BinaryPrimitives.WriteUInt64LittleEndian(taskState[4..], (ulong)cpu->Current + 0xc0);
            BinaryPrimitives.WriteUInt64LittleEndian(taskState[0x24..], FaultStackEnd); // IST1
            BinaryPrimitives.WriteUInt64LittleEndian(taskState[0x2c..], (ulong)start + NmiStackEnd); // IST2
            BinaryPrimitives.WriteUInt16LittleEndian(taskState[0x66..], TssBytes); // no I/O bitmap
            cpu->KernelStackSlot = (ulong*)(start + TssOffset + 4);

            ulong stubs = Native.VectorStubs();
            ulong aborts = Native.AbortStubs();
            for (int vector = 0; vector < VectorCount; vector++)
            {
                ulong target = vector switch
                {
                    Nmi => aborts,
                    DoubleFault => aborts + 16,
                    MachineCheck => aborts + 32,
                    _ => stubs + ((ulong)vector * 16),
                };
                ulong type = vector is 3 or 4 ? 0xeeUL : 0x8eUL; // INT 3 and INT 4 may come from the program; any other is a general protection fault
                ulong stack = vector switch { DoubleFault or MachineCheck => 1UL, Nmi => 2, _ => 0 };
                WriteIdtEntry(tables, vector, (target & 0xffff) | (0x08UL << 16) | (stack << 32) | (type << 40) | ((target >> 16 & 0xffff) << 48), target >> 32);
            }

            byte* pointers = start + PointersOffset;
            WritePointer(tables.Slice(PointersOffset, 10), (9 * 8) - 1, (ulong)start);
            WritePointer(tables.Slice(PointersOffset + 16, 10), (VectorCount * 16) - 1, (ulong)start + IdtOffset);
            Native.LoadDescriptors(pointers, pointers + 16);
        }
    }

    /// <summary>The pages below the stack stay unmapped: what overflows it faults, and a fault that cannot be delivered ends the machine.</summary>
    private static bool TryMapFaultStack()
    {
        for (ulong at = FaultStackEnd - FaultStackBytes; at < FaultStackEnd; at += PageSize.Bytes)
        {
            uint frame = FrameTable.Take(FrameState.Kernel);
            if (frame == 0 || !KernelAddressSpace.TryMap(at, frame, writable: true))
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteEntry(Span<byte> tables, int index, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(tables[(index * 8)..], value);

    private static void WriteIdtEntry(Span<byte> tables, int vector, ulong low, ulong high)
    {
        Span<byte> entry = tables.Slice(IdtOffset + (vector * 16), 16);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, low);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], high);
    }

    private static void WritePointer(Span<byte> pointer, int limit, ulong address)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(pointer, (ushort)limit);
        BinaryPrimitives.WriteUInt64LittleEndian(pointer[2..], address);
    }
}
