using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Memory;

/// <summary>A process's mappings: what each range of its address space is, whether a page of it is present or not.</summary>
public sealed partial class MemoryMap : PageFaultHandler
{
    private MemoryMap()
    {
    }

    /// <summary>The page tables that follow this map.</summary>
    public AddressSpace Space { get; private set; } = null!;

    /// <summary>An empty map. ENOMEM.</summary>
    public static Result<MemoryMap> Create()
    {
        MemoryMap map = new();
        if (!AddressSpace.TryCreate(map, out AddressSpace? space))
        {
            return Errno.ENOMEM;
        }

        map.Space = space!;
        return map;
    }

    public override bool TryResolve(VirtAddr address, PageAccess wanted) => Fault(address, wanted) == FaultOutcome.Resolved;

    /// <summary>Makes the page of an address accessible, if the mapping there allows it.</summary>
    public FaultOutcome Fault(VirtAddr address, PageAccess wanted)
    {
        _ = address;
        _ = wanted;
        return FaultOutcome.NotMapped;
    }
}
