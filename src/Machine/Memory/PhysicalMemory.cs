using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>Where physical memory is visible: the direct map in the image, one reserved range of the process under test.</summary>
internal static unsafe class PhysicalMemory
{
    /// <summary>Start of the direct map: the first address of the upper half.</summary>
    internal const ulong DirectMapBase = 0xffff_8000_0000_0000;

    internal static ulong Base
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MachineKind.IsHosted ? HostedMemory.Base : DirectMapBase;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* Window(PhysAddr address) => (byte*)unchecked(Base + address.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* Window(uint frameNumber) => (byte*)unchecked(Base + ((ulong)frameNumber << PageSize.Shift));
}
