namespace Mote.Runtime;

/// <summary>What a cell has learnt: pairs of object type and code address, ended by a pair without a type.
/// Arch/X64/Dispatch.S searches it on each call. A pair never changes once it is visible: a full cache is replaced by
/// a larger one, and the old one stays behind, so a reader needs no lock.</summary>
// SAFETY: a cache has room for its capacity of pairs and for the empty one that ends them, because the arena gives
// zeroed memory.
internal unsafe struct DispatchCache
{
    private const uint Limit = 64;

    public MethodTable* InterfaceType;
    private uint _used;
    private uint _capacity;

    internal struct Entry
    {
        public MethodTable* Type;
        public nint Target;
    }

    private static Entry* Entries(DispatchCache* cache) => (Entry*)(cache + 1);

    /// <summary>Finds the target that was learnt for a type; 0 when none was.</summary>
    public static nint Find(DispatchCache* cache, MethodTable* type)
    {
        for (Entry* entry = Entries(cache); entry->Type != null; entry++)
        {
            if (entry->Type == type)
            {
                return entry->Target;
            }
        }

        return 0;
    }

    /// <summary>Returns a cache that also knows the pair: <paramref name="old"/> itself when it has room.</summary>
    public static DispatchCache* Add(DispatchCache* old, MethodTable* interfaceType, MethodTable* type, nint target)
    {
        DispatchCache* cache = old;
        if (old == null)
        {
            cache = Create(interfaceType, 1);
        }
        else if (old->_used == old->_capacity)
        {
            if (old->_capacity == Limit)
            {
                return old;
            }

            cache = Create(interfaceType, old->_capacity * 4);
            Block.Move(Entries(cache), Entries(old), old->_used * (nuint)sizeof(Entry));
            cache->_used = old->_used;
        }

        // The type is what makes the pair visible; x86-64 keeps the order of the two stores.
        Entry* entry = Entries(cache) + cache->_used++;
        entry->Target = target;
        entry->Type = type;
        return cache;
    }

    private static DispatchCache* Create(MethodTable* interfaceType, uint capacity)
    {
        DispatchCache* cache = (DispatchCache*)NativeArena.Allocate((nuint)sizeof(DispatchCache) + ((capacity + 1) * (nuint)sizeof(Entry)));
        cache->InterfaceType = interfaceType;
        cache->_capacity = capacity;
        return cache;
    }
}
