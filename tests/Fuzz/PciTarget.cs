using System;
using System.Buffers.Binary;
using Mote.Kernel.Drivers.Virtio;

namespace Mote.Tests.Fuzz;

/// <summary>A hostile configuration space: the input is its 256 bytes, repeated. Whatever it says, reading its list ends, stays inside it, and gives windows of the six that exist.</summary>
public sealed class PciTarget : FuzzTarget
{
    private const int ConfigurationBytes = 256;
    private const int MaxReads = 500;

    public override string Name => "pci";

    public override void Run(ReadOnlySpan<byte> input)
    {
        byte[] space = new byte[ConfigurationBytes];
        for (int i = 0; i < space.Length && !input.IsEmpty; i++)
        {
            space[i] = input[i % input.Length];
        }

        int reads = 0;
        PciCapabilities found = PciCapabilities.Read(offset =>
        {
            Check(++reads < MaxReads, "the list has no end");
            Check(offset >= 0 && (offset & 3) == 0, "an offset that is not aligned");
            return offset < space.Length ? BinaryPrimitives.ReadUInt32LittleEndian(space.AsSpan(offset)) : 0;
        });
        foreach (PciWindow window in (ReadOnlySpan<PciWindow>)[found.Common, found.Notify, found.Interrupt, found.Device])
        {
            Check(!window.IsPresent || window.Bar is >= 0 and <= 5, "a window that does not exist");
        }
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
