using System;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

// What threads do now, their scheduling and timers; the memory nodes of areas.
internal sealed partial class ProcessText
{
    private const ulong NanosecondsPerMillisecond = 1_000_000;

    private ulong RunTimeNs => thread?.TotalCpuTimeNs ?? First?.TotalCpuTimeNs ?? 0;

    private void WriteScheduling(ByteText text)
    {
        text.Add(Name).Add(" ("u8).Add(Shown?.Id ?? process.Id).Add(", #threads: "u8).Add(process.Threads.Count).Add(")\n"u8);
        text.Add("-------------------------------------------------------------------\n"u8);
        ulong voluntary = Shown?.VoluntarySwitches ?? 0;
        ulong involuntary = Shown?.InvoluntarySwitches ?? 0;
        AddTime(text, "se.exec_start"u8, Clock.Now.Nanoseconds);
        AddTime(text, "se.vruntime"u8, RunTimeNs);
        AddTime(text, "se.sum_exec_runtime"u8, RunTimeNs);
        AddCount(text, "se.nr_migrations"u8, 0);
        AddCount(text, "nr_switches"u8, voluntary + involuntary);
        AddCount(text, "nr_voluntary_switches"u8, voluntary);
        AddCount(text, "nr_involuntary_switches"u8, involuntary);
        SchedulingAttributes scheduling = Shown?.Scheduling ?? default;
        AddCount(text, "policy"u8, (ulong)scheduling.Policy);
        AddCount(text, "prio"u8, (ulong)(scheduling.IsRealTime ? 99 - scheduling.Priority : 120 + scheduling.Nice));
    }

    private static void AddTime(ByteText text, ReadOnlySpan<byte> label, ulong nanoseconds)
    {
        StartLine(text, label).AddRight(nanoseconds / NanosecondsPerMillisecond, 14).Add("."u8);
        text.AddPadded((uint)(nanoseconds % NanosecondsPerMillisecond), 6).Add("\n"u8);
    }

    private static void AddCount(ByteText text, ReadOnlySpan<byte> label, ulong count) => StartLine(text, label).AddRight(count, 21).Add("\n"u8);

    private static ByteText StartLine(ByteText text, ReadOnlySpan<byte> label)
    {
        const int LabelColumns = 45;
        int start = text.Length;
        text.Add(label);
        Pad(text, start, LabelColumns);
        return text.Add(":"u8);
    }

    /// <summary>Time on the CPU, time ready without it (which nobody measures here), and how often it got it.</summary>
    private void WriteSchedulingSums(ByteText text)
    {
        ulong turns = (Shown?.VoluntarySwitches ?? 0) + (Shown?.InvoluntarySwitches ?? 0) + 1;
        text.Add(RunTimeNs).Add(" 0 "u8).Add(turns).Add("\n"u8);
    }

    /// <summary>The system call in which a thread waits, with its arguments (proc_pid_syscall(5)).</summary>
    private void WriteSystemCall(ByteText text)
    {
        UserThread? shown = Shown;
        if (shown == null)
        {
            return;
        }

        if (shown != UserThread.Current && shown.State is not (ThreadState.Sleeping or ThreadState.SleepingUninterruptibly))
        {
            text.Add("running\n"u8);
            return;
        }

        ref readonly UserRegisters registers = ref shown.Context.Registers;
        if (process.IsStopped)
        {
            text.Add("-1"u8);
        }
        else
        {
            text.Add(unchecked((int)registers.Rax));
            foreach (ulong argument in (ReadOnlySpan<ulong>)[registers.Rdi, registers.Rsi, registers.Rdx, registers.R10, registers.R8, registers.R9])
            {
                text.Add(" 0x"u8).AddHex(argument, 1);
            }
        }

        text.Add(" 0x"u8).AddHex(registers.Rsp, 1).Add(" 0x"u8).AddHex(registers.Rip, 1).Add("\n"u8);
    }

    private void WriteTimers(ByteText text)
    {
        for (int id = process.Timers.End - 1; id >= 0; id--)
        {
            PosixTimer? timer = process.Timers.Find(id);
            if (timer == null)
            {
                continue;
            }

            text.Add("ID: "u8).Add(id).Add("\nsignal: "u8).Add((int)timer.Signal).Add("/"u8).AddHex(timer.Value, 16);
            text.Add("\nnotify: "u8).Add(timer.Signal == Signal.None ? "none"u8 : "signal"u8).Add(timer.Thread == null ? "/pid."u8 : "/tid."u8);
            text.Add(timer.Thread?.Id ?? process.Id).Add("\nClockID: "u8).Add(timer.ClockId).Add("\n"u8);
        }
    }

    private void WriteChildren(ByteText text)
    {
        foreach (Process each in home.Host.Processes)
        {
            if (each.Parent == process)
            {
                text.Add(each.Id).Add(" "u8);
            }
        }
    }

    private void WriteNodeMaps(ByteText text)
    {
        for (Area? area = process.Memory.First; area != null; area = process.Memory.Next(area))
        {
            text.AddHex(area.Start.Value, 8).Add(" default"u8);
            if (area.File != null)
            {
                WritePath(text.Add(" file="u8), area.File.Path);
            }
            else
            {
                text.Add((area.Flags & AreaFlags.Heap) != 0 ? " heap"u8 : (area.Flags & AreaFlags.Stack) != 0 ? " stack"u8 : default);
            }

            WriteNodePages(text, process.Memory.MeasureResident(area));
        }
    }

    private static void WriteNodePages(ByteText text, in ResidentSizes sizes)
    {
        ulong pages = sizes.Total >> PageSize.Shift;
        ulong own = sizes.Anonymous >> PageSize.Shift;
        ulong dirty = sizes.Dirty >> PageSize.Shift;
        if (pages > 0)
        {
            AddPages(text, " anon="u8, own);
            AddPages(text, " dirty="u8, dirty);
            AddPages(text, " mapped="u8, pages != own && pages != dirty ? pages : 0);
            AddPages(text, " N0="u8, pages);
            text.Add(" kernelpagesize_kB=4"u8);
        }

        text.Add("\n"u8);
    }

    private static void AddPages(ByteText text, ReadOnlySpan<byte> label, ulong pages)
    {
        if (pages > 0)
        {
            text.Add(label).Add(pages);
        }
    }
}
