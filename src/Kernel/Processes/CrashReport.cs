using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>What the user is told when a signal that dumps core ends a program: the signal, where it was, the registers and the mapping.</summary>
internal static class CrashReport
{
    private const ulong GeneralProtectionVector = 13;

    internal static void Write(CrashSink sink, UserThread thread, in SignalInfo info)
    {
        Process process = thread.Process;
        ref UserRegisters r = ref thread.Context.Registers;
        string what = Describe(thread, in info);
        sink.Write($"{Text.Of(thread.Name)} (process {process.Id}, thread {thread.Id}) ended by {SignalName.Of(info.Signal)}{what}");
        if (!IsFault(in info))
        {
            return;
        }

        sink.Write($"  rip {Text.Hex(r.Rip)}  {Place(process, r.Rip)}");
        sink.Write($"  rax {Text.Hex(r.Rax)}  rbx {Text.Hex(r.Rbx)}  rcx {Text.Hex(r.Rcx)}  rdx {Text.Hex(r.Rdx)}");
        sink.Write($"  rsi {Text.Hex(r.Rsi)}  rdi {Text.Hex(r.Rdi)}  rbp {Text.Hex(r.Rbp)}  rsp {Text.Hex(r.Rsp)}");
        sink.Write($"  r8  {Text.Hex(r.R8)}  r9  {Text.Hex(r.R9)}  r10 {Text.Hex(r.R10)}  r11 {Text.Hex(r.R11)}");
        sink.Write($"  r12 {Text.Hex(r.R12)}  r13 {Text.Hex(r.R13)}  r14 {Text.Hex(r.R14)}  r15 {Text.Hex(r.R15)}");
        sink.Write($"  flags {Text.Hex(r.Rflags)}  fs {Text.Hex(thread.Context.FsBase)}  trap {thread.TrapNumber} error {thread.TrapError}");
        if (HasAddress(in info))
        {
            sink.Write($"  address {Text.Hex(info.Word0)}  {Place(process, info.Word0)}");
        }
    }

    internal static void WriteOutOfMemory(CrashSink sink, UserThread thread)
    {
        Process process = thread.Process;
        ResidentSizes resident = process.Memory.MeasureResident();
        ulong own = resident.Anonymous;
        ulong used = MemoryStatistics.TotalBytes - MemoryStatistics.AvailableBytes;

        // Pages of the image's files are where the boot loader put them: they are in the program's memory, too, but cost nothing.
        sink.Write($"{Text.Of(thread.Name)} (process {process.Id}) ended: out of memory. Of the {MemoryStatistics.TotalBytes >> 20} MiB that the machine has beside the kernel and the image, "
            + $"the program's own pages take {own >> 20}, and files in memory, sockets and the kernel's objects {(used > own ? used - own : 0) >> 20}. Give the machine more with --memory.");
    }

    private static bool IsFault(in SignalInfo info) =>
        info.Signal is Signal.SIGSEGV or Signal.SIGBUS or Signal.SIGILL or Signal.SIGFPE or Signal.SIGTRAP && (info.Code is > 0);

    private static bool HasAddress(in SignalInfo info) => info.Signal is Signal.SIGSEGV or Signal.SIGBUS && info.Code != SignalInfo.Kernel;

    private static string Describe(UserThread thread, in SignalInfo info) => (info.Signal, info.Code) switch
    {
        (Signal.SIGSEGV, 1) => $": nothing is mapped at {Text.Hex(info.Word0)}",
        (Signal.SIGSEGV, 2) => $": access to {Text.Hex(info.Word0)} is not allowed",
        (Signal.SIGSEGV, SignalInfo.Kernel) when thread.TrapNumber == GeneralProtectionVector => ": general protection fault",
        (Signal.SIGSEGV, SignalInfo.Kernel) => $": the stack at {Text.Hex(thread.Context.Registers.Rsp)} has no room for a signal's frame",
        (Signal.SIGBUS, 2) => $": {Text.Hex(info.Word0)} lies behind the end of its file",
        (Signal.SIGFPE, 1) => ": integer division by zero",
        (Signal.SIGFPE, > 0) => ": floating-point exception",
        (Signal.SIGILL, > 0) => $": illegal instruction at {Text.Hex(info.Word0)}",
        (_, <= 0) => $" sent by process {(int)(info.Word0 & 0xffff_ffff)}",
        _ => string.Empty,
    };

    private static string Place(Process process, ulong address)
    {
        Area? area = process.Memory.Find(new VirtAddr(address));
        if (area == null)
        {
            return "(not mapped)";
        }

        ulong offset = (address - area.Start.Value) + (area.Source == null ? 0 : area.SourcePage << 12);
        return $"in {Text.Of(AreaText.NameOf(area, process.Fs.Root))} + {Text.Hex(offset)} ({AreaText.Access(area)})";
    }
}
