using System;
using System.IO;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli;

/// <summary>Whether a machine's memory holds what is loaded into it before the first instruction.</summary>
internal static class MemoryNeed
{
    /// <summary>Beyond the kernel and the image: page tables, the kernel's heap, the program's first pages.</summary>
    private const long WorkingBytes = 2 * MemorySize.Mebi;

    /// <exception cref="CliException">Too little; the message says how much is needed.</exception>
    public static void Check(MemorySize memory, string kernel, MachineImage image)
    {
        long kernelBytes = KernelFile.EndAddress(kernel);
        long imageBytes = new FileInfo(image.RootImagePath).Length;
        MemorySize needed = Needed(kernelBytes, imageBytes);
        if (memory.Bytes < needed.Bytes)
        {
            throw new CliException(
                $"{memory} of memory are too little: the kernel and the image ({new MemorySize(imageBytes).MebibytesRoundedUp} MiB) need at least {needed}; try --memory {Suggested(needed)}");
        }
    }

    /// <summary>The least memory for a kernel that ends at this physical address and a root image of this length.</summary>
    public static MemorySize Needed(long kernelEnd, long imageBytes) =>
        MemorySize.FromMebibytes(new MemorySize(checked(kernelEnd + imageBytes + WorkingBytes)).MebibytesRoundedUp);

    /// <summary>What is likely to be enough: the next power of two above twice the need, for the program wants memory too.</summary>
    private static MemorySize Suggested(MemorySize needed) =>
        MemorySize.FromMebibytes((long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)(needed.MebibytesRoundedUp + Math.Min(needed.MebibytesRoundedUp, 256))));
}
