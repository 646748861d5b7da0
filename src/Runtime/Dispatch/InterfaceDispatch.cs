using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>Calls through interfaces. The class library resolves a type's method the first time (RhpCidResolve); the
/// cell then remembers it.</summary>
// SAFETY: cells and types come from the class library's resolver; the stubs are code in Arch/X64/Dispatch.S of which
// only the address is taken.
internal static unsafe class InterfaceDispatch
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhpInitialDynamicInterfaceDispatch")]
    private static extern void ResolvingStub();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhpMoteCachedInterfaceDispatch")]
    private static extern void CachedStub();

    // SAFETY: writes the two words of a 16-byte aligned cell at once, so that no call sees one without the other.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhpMoteStorePair")]
    private static extern void StorePair(void* destination, nint first, nint second);

    [RuntimeExport("RhpGetDispatchCellInfo")]
    public static void GetCellInfo(DispatchCell* cell, DispatchCellInfo* info) => DispatchCell.Describe(cell, info);

    [RuntimeExport("RhpSearchDispatchCellCache")]
    public static nint SearchCache(DispatchCell* cell, MethodTable* type)
    {
        DispatchCache* cache = cell->CacheOrNull;
        return cache == null ? 0 : DispatchCache.Find(cache, type);
    }

    [RuntimeExport("RhpUpdateDispatchCellCache")]
    public static nint UpdateCache(DispatchCell* cell, nint target, MethodTable* type, DispatchCellInfo* info)
    {
        DispatchCache* old = cell->CacheOrNull;
        DispatchCache* cache = DispatchCache.Add(old, info->InterfaceType, type, target);
        if (cache != old)
        {
            StorePair(cell, (nint)(delegate*<void>)&CachedStub, (nint)cache);
        }

        return target;
    }

    [RuntimeExport("RhNewInterfaceDispatchCell")]
    public static DispatchCell* NewCell(MethodTable* interfaceType, int slot)
    {
        DispatchCell* cells = (DispatchCell*)NativeArena.Allocate(2 * (nuint)sizeof(DispatchCell));
        cells[0].Stub = (nint)(delegate*<void>)&ResolvingStub;
        cells[0].Cache = (nint)interfaceType | 1;
        cells[1].Cache = slot;
        return cells;
    }
}
