using System;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>The report on a program that a signal ended with a core dump: signal, address, registers and where the program was.</summary>
internal static class CrashReport
{
    internal static void Write(UserThread thread, in SignalInfo info)
    {
        CrashSink sink = thread.Process.Host.Crashes;
        ref UserRegisters r = ref thread.Context.Registers;
        string name = Encoding.UTF8.GetString(thread.Name);
        StringBuilder line = new();
        line.Append(name).Append('[').Append(thread.Id).Append("]: ").Append(SignalNames.Of(info.Signal));
        if (SignalDefaults.Synchronous.Contains(info.Signal) && info.Code > 0)
        {
            line.Append(" (code ").Append(info.Code).Append(") at address 0x").Append(info.Word0.ToString("x16"));
        }

        sink.Write(line.ToString());
        Row(sink, "rip", r.Rip, "rsp", r.Rsp, "rbp", r.Rbp);
        Row(sink, "rax", r.Rax, "rbx", r.Rbx, "rcx", r.Rcx);
        Row(sink, "rdx", r.Rdx, "rsi", r.Rsi, "rdi", r.Rdi);
        Row(sink, "r8 ", r.R8, "r9 ", r.R9, "r10", r.R10);
        Row(sink, "r11", r.R11, "r12", r.R12, "r13", r.R13);
        Row(sink, "r14", r.R14, "r15", r.R15, "fl ", r.Rflags);
        WriteCode(sink, thread.Process.Space, r.Rip);
        WritePlace(sink, thread.Process, "rip", r.Rip);
        if (info.Signal is Signal.SIGSEGV or Signal.SIGBUS)
        {
            WritePlace(sink, thread.Process, "address", info.Word0);
        }
    }

    private static void Row(CrashSink sink, string a, ulong x, string b, ulong y, string c, ulong z) =>
        sink.Write(string.Concat($"  {a} {x:x16}  ", $"{b} {y:x16}  ", $"{c} {z:x16}"));

    private static void WriteCode(CrashSink sink, AddressSpace space, ulong rip)
    {
        Span<byte> code = stackalloc byte[16];
        int got = space.Read(new VirtAddr(rip), code);
        StringBuilder line = new("  code");
        foreach (byte value in code[..got])
        {
            line.Append(' ').Append(value.ToString("x2"));
        }

        sink.Write(got == 0 ? "  code cannot be read" : line.ToString());
    }

    private static void WritePlace(CrashSink sink, Process process, string what, ulong address)
    {
        Area? area = process.Memory.Find(new VirtAddr(address));
        if (area == null)
        {
            sink.Write($"  {what} 0x{address:x} lies in no mapping");
            return;
        }

        string access = string.Concat(
            (area.Protection & PageAccess.Read) != 0 ? "r" : "-",
            (area.Protection & PageAccess.Write) != 0 ? "w" : "-",
            (area.Protection & PageAccess.Execute) != 0 ? "x" : "-");
        sink.Write($"  {what} 0x{address:x} lies in {area.Start.Value:x}-{area.End.Value:x} {access}, page {area.SourcePage} of its file");
    }
}
