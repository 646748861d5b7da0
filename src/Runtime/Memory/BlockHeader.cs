using System.Runtime.InteropServices;

namespace Mote.Runtime;

/// <summary>
/// The start of a block of objects, or of the run of blocks of one large object. Slots follow it, each with the object's
/// header word first. What an unused slot holds is said in <see cref="Slot"/>.
/// </summary>
// SAFETY: declares pointers and computes addresses inside its own block.
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal unsafe struct BlockHeader
{
    public const int Bytes = 64;

    /// <summary>Bytes of each slot, the header word included; of a large object its bytes.</summary>
    [FieldOffset(48)]
    public nuint SlotBytes;

    /// <summary>Slots that fit into the block.</summary>
    [FieldOffset(8)]
    public uint Slots;

    /// <summary>Slots that have been given to free lists at least once; those behind were never used.</summary>
    [FieldOffset(12)]
    public uint Carved;

    /// <summary>Objects marked by the present collection, or by the last one.</summary>
    [FieldOffset(0)]
    public uint Live;

    /// <summary>Index of the size class.</summary>
    [FieldOffset(20)]
    public byte Class;

    /// <summary>Since the last collection nobody has looked which objects are dead: an object is one that carries its mark.</summary>
    [FieldOffset(21)]
    public bool IsUnswept;

    /// <summary>An object here was marked and found no room on the mark stack: its references wait to be followed.</summary>
    [FieldOffset(22)]
    public bool NeedsRescan;

    /// <summary>Bytes from the block's start that have memory.</summary>
    [FieldOffset(24)]
    public nuint Committed;

    /// <summary>Blocks of the run.</summary>
    [FieldOffset(32)]
    public nuint Blocks;

    /// <summary>The next block in a list of the size class.</summary>
    [FieldOffset(40)]
    public BlockHeader* Next;

    /// <summary>The block of an object's first byte.</summary>
    public static BlockHeader* Of(void* value) => (BlockHeader*)((nuint)value & ~(BlockSpace.BlockBytes - 1));

    /// <summary>Where the object in a slot lies.</summary>
    public static byte* ObjectAt(BlockHeader* block, nuint slot)
        => (byte*)block + Bytes + Slot.HeaderBytes + (slot * block->SlotBytes);
}
