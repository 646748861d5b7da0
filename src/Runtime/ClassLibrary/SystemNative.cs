using System.Runtime;

namespace Mote.Runtime;

/// <summary>The part of libSystem.Native that System.Private.CoreLib refers to even in a kernel.</summary>
// SAFETY: writes within the buffers and lengths that the class library passes.
internal static unsafe class SystemNative
{
    private const nint MapFailed = -1;
    private const nuint FrozenSegmentBytes = 64 * 1024;

    private static int s_errno;
    private static byte* s_mapped;
    private static ulong s_random = 0x9e3779b97f4a7c15;

    [RuntimeExport("SystemNative_Malloc")]
    public static void* Malloc(nuint bytes) => NativeArena.Allocate(bytes);

    [RuntimeExport("SystemNative_Calloc")]
    public static void* Calloc(nuint count, nuint bytes) => NativeArena.Allocate(count * bytes);

    // What is asked for is asked for once, at first use; nothing is worth a free list.
    [RuntimeExport("SystemNative_Free")]
    public static void Free(void* pointer)
    {
    }

    /// <summary>Called by FrozenObjectHeapManager alone, for objects behind typeof: it reserves 4 MiB of addresses and makes
    /// them usable by 64 KiB with mprotect. It gets the first 64 KiB, room for more than a thousand types.</summary>
    [RuntimeExport("SystemNative_MMap")]
    public static nint MMap(nint address, nuint bytes, int protection, int flags, nint file, long offset)
    {
        if (s_mapped != null)
        {
            return MapFailed;
        }

        s_mapped = (byte*)NativeArena.Allocate(FrozenSegmentBytes);
        return (nint)s_mapped;
    }

    [RuntimeExport("SystemNative_MProtect")]
    public static int MProtect(nint address, nuint bytes, int protection)
        => (byte*)address == s_mapped && bytes <= FrozenSegmentBytes ? 0 : -1;

    [RuntimeExport("SystemNative_MUnmap")]
    public static int MUnmap(nint address, nuint bytes) => 0;

    [RuntimeExport("SystemNative_GetErrNo")]
    public static int GetErrNo() => s_errno;

    [RuntimeExport("SystemNative_SetErrNo")]
    public static void SetErrNo(int value) => s_errno = value;

    [RuntimeExport("SystemNative_GetEnv")]
    public static byte* GetEnv(byte* name) => null;

    [RuntimeExport("SystemNative_SchedGetCpu")]
    public static int SchedGetCpu() => 0;

    [RuntimeExport("SystemNative_GetTimestamp")]
    public static long Timestamp() => MachineHooks.MonotonicNs();

    /// <summary>Milliseconds.</summary>
    [RuntimeExport("SystemNative_GetLowResolutionTimestamp")]
    public static long LowResolutionTimestamp() => MachineHooks.MonotonicNs() / 1_000_000;

    /// <summary>Seeds of hash codes: xorshift64 (Marsaglia, "Xorshift RNGs", 2003), stirred with the clock.</summary>
    [RuntimeExport("SystemNative_GetNonCryptographicallySecureRandomBytes")]
    public static void RandomBytes(byte* buffer, int length)
    {
        ulong state = s_random ^ ((ulong)MachineHooks.MonotonicNs() | 1);
        for (int i = 0; i < length; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            buffer[i] = (byte)(state >> 32);
        }

        s_random = state | 1;
    }

    [RuntimeExport("SystemNative_LogError")]
    public static void LogError(byte* text, int length) => MachineHooks.EarlyWrite(text, (nuint)length);

    [RuntimeExport("SystemNative_Abort")]
    public static void Abort() => Panic.Fail("the class library aborted"u8);
}
