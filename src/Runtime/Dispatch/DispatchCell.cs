using System.Runtime.InteropServices;

namespace Mote.Runtime;

/// <summary>What a call through an interface goes by: the call site loads the cell's address into r11 and calls
/// <see cref="Stub"/>. Cells lie in runs; a run ends with a cell without a stub, which says slot and kind for all
/// (src/coreclr/nativeaot/Runtime/inc/rhbinder.h in dotnet/runtime).</summary>
// SAFETY: cells come from compiled code or NewCell; both end each run with a cell without a stub.
internal unsafe struct DispatchCell
{
    private const nint KindMask = 3;
    private const nint InterfacePointer = 1;
    private const nint InterfaceIndirect = 2;
    private const nint InterfaceRelative = 3;

    /// <summary>Code that finds the target; null in the cell that ends a run.</summary>
    public nint Stub;

    /// <summary>A <see cref="DispatchCache"/> when the low two bits are clear, else what the compiler put there.</summary>
    public nint Cache;

    public readonly DispatchCache* CacheOrNull => (Cache & KindMask) == 0 ? (DispatchCache*)Cache : null;

    /// <summary>Reads which interface method the cell stands for.</summary>
    public static void Describe(DispatchCell* cell, DispatchCellInfo* info)
    {
        *info = default;
        DispatchCell* end = cell;
        while (end->Stub != 0)
        {
            end++;
        }

        uint word = (uint)end->Cache;
        info->Kind = word >> 16;
        info->Slot = (ushort)word;
        info->VtableOffset = (ushort)word;
        DispatchCache* cache = cell->CacheOrNull;
        info->InterfaceType = cache != null ? cache->InterfaceType : DecodeInterface(cell);
        info->HasCache = (byte)(cache != null ? 1 : 0);
    }

    private static MethodTable* DecodeInterface(DispatchCell* cell)
    {
        nint word = cell->Cache;
        byte* relative = (byte*)&cell->Cache + (int)(word & ~KindMask);
        return (word & KindMask) switch
        {
            InterfacePointer => (MethodTable*)(word & ~KindMask),
            InterfaceRelative => (MethodTable*)relative,
            InterfaceIndirect => *(MethodTable**)relative,
            _ => null,
        };
    }
}
