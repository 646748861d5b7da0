using System;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>The register blocks of a device on PCI, found by its capabilities.</summary>
internal sealed class PciRegisters
{
    internal required RegisterBlock Common { get; init; }

    internal required RegisterBlock Notify { get; init; }

    internal required uint NotifyMultiplier { get; init; }

    /// <summary>The device's own configuration; null when it has none.</summary>
    internal required RegisterBlock? Device { get; init; }

    /// <summary>The MSI-X table.</summary>
    internal required RegisterBlock MsiXTable { get; init; }

    internal required Func<bool> EnableMsiX { get; init; }
}
