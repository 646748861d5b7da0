using System;
using System.Numerics;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

// stat and status.
internal sealed partial class ProcessText
{
    private char State
    {
        get
        {
            UserThread? shown = Shown;
            return shown == null ? 'Z' : process.IsStopped ? 'T' : shown.State switch
            {
                ThreadState.Sleeping => 'S',
                ThreadState.SleepingUninterruptibly => 'D',
                ThreadState.Exited => 'Z',
                _ => 'R',
            };
        }
    }

    private CpuTimes CpuTimes => thread != null ? thread.CpuTimes : process.CpuTimes;

    private void WriteStat(ByteText text)
    {
        // The numbered fields of proc_pid_stat(5).
        text.Add(thread?.Id ?? process.Id).Add(" ("u8).Add(Name).Add(") "u8).Add((byte)State);
        text.Add(" "u8).Add(process.ParentId).Add(" "u8).Add(process.GroupId).Add(" "u8).Add(process.SessionId);
        ControllingTerminal? terminal = process.ControllingTerminal;
        text.Add(" "u8).Add(terminal?.DeviceNumber ?? 0).Add(" "u8).Add(terminal?.ForegroundGroup ?? -1).Add(" 4194304 "u8); // tty_nr, tpgid, flags
        text.Add(process.Memory.Faults).Add(" 0 0 0 "u8); // minflt cminflt majflt cmajflt
        CpuTimes times = CpuTimes;
        text.Add(times.UserNs / TickNs).Add(" "u8).Add(times.SystemNs / TickNs).Add(" 0 0 "u8); // utime stime cutime cstime
        SchedulingAttributes scheduling = Shown?.Scheduling ?? default;
        text.Add(scheduling.IsRealTime ? -1 - scheduling.Priority : 20 + scheduling.Nice).Add(" "u8).Add(scheduling.Nice).Add(" "u8);
        text.Add(process.Threads.Count).Add(" 0 "u8).Add(process.StartedAt.Nanoseconds / TickNs).Add(" "u8);
        text.Add(process.Memory.Size).Add(" "u8).Add(process.Memory.ResidentPages).Add(" "u8).Add(process.Limits.Soft(ResourceKind.ResidentSet)).Add(" "u8);
        FindProgram(out ulong codeStart, out ulong codeEnd, out ulong dataStart, out ulong dataEnd);
        text.Add(codeStart).Add(" "u8).Add(codeEnd).Add(" "u8).Add(process.Image.StackPointer.Value).Add(" 0 0 "u8); // startstack kstkesp kstkeip

        // The masks as numbers of 31 bits; wchan says whether it waits.
        const ulong OldSignals = 0x7fff_ffff;
        Disposition(out SignalSet ignored, out SignalSet caught);
        text.Add((Shown?.PendingSignals.Set.Bits ?? 0) & OldSignals).Add(" "u8).Add((Shown?.Blocked.Bits ?? 0) & OldSignals).Add(" "u8);
        text.Add(ignored.Bits & OldSignals).Add(" "u8).Add(caught.Bits & OldSignals).Add(State is 'S' or 'D' ? " 1 0 0 17 0 "u8 : " 0 0 0 17 0 "u8); // ... nswap cnswap exit_signal processor
        text.Add(scheduling.IsRealTime ? scheduling.Priority : 0).Add(" "u8).Add((int)scheduling.Policy).Add(" 0 0 0 "u8); // delayacct_blkio guest cguest
        text.Add(dataStart).Add(" "u8).Add(dataEnd).Add(" "u8);
        text.Add(process.Memory.BreakStart.Value).Add(" "u8).Add(process.Image.ArgumentsStart.Value).Add(" "u8).Add(process.Image.EnvironmentStart.Value).Add(" "u8);
        text.Add(process.Image.EnvironmentStart.Value).Add(" "u8).Add(process.Image.StringsEnd.Value).Add(" "u8).Add(process.ExitStatus).Add("\n"u8);
    }

    /// <summary>Where the program's own code and data are mapped.</summary>
    private void FindProgram(out ulong codeStart, out ulong codeEnd, out ulong dataStart, out ulong dataEnd)
    {
        codeStart = codeEnd = dataStart = dataEnd = 0;
        for (Area? area = process.Memory.First; area != null; area = process.Memory.Next(area))
        {
            if (area.File == null || area.File.Inode != process.Image.File?.Inode)
            {
                continue;
            }

            if ((area.Protection & PageAccess.Execute) != 0)
            {
                codeStart = codeStart == 0 ? area.Start.Value : codeStart;
                codeEnd = area.End.Value;
            }
            else if ((area.Protection & PageAccess.Write) != 0)
            {
                dataStart = dataStart == 0 ? area.Start.Value : dataStart;
                dataEnd = area.End.Value;
            }
        }
    }

    /// <summary>The signals whose action is SIG_IGN, and those that have a handler.</summary>
    private void Disposition(out SignalSet ignored, out SignalSet caught)
    {
        ignored = default;
        caught = default;
        for (Signal signal = Signal.SIGHUP; signal <= Signal.SIGRTMAX; signal++)
        {
            ref readonly SignalAction action = ref process.ActionOf(signal);
            if (action.IsIgnored)
            {
                ignored |= SignalSet.Of(signal);
            }
            else if (!action.IsDefault)
            {
                caught |= SignalSet.Of(signal);
            }
        }
    }

    private void WriteStatus(ByteText text)
    {
        Credentials credentials = Shown?.Credentials ?? process.Credentials;
        FsContext context = Shown?.Fs ?? process.Fs;
        text.Add("Name:\t"u8).Add(Name).Add("\nUmask:\t0"u8).AddOctal(context.Umask, 3);
        text.Add("\nState:\t"u8).Add((byte)State).Add(State switch
        {
            'R' => " (running)"u8,
            'S' => " (sleeping)"u8,
            'D' => " (disk sleep)"u8,
            'T' => " (stopped)"u8,
            _ => " (zombie)"u8,
        });
        text.Add("\nTgid:\t"u8).Add(process.Id).Add("\nNgid:\t0\nPid:\t"u8).Add(thread?.Id ?? process.Id);
        text.Add("\nPPid:\t"u8).Add(process.ParentId).Add("\nTracerPid:\t0\nUid:"u8);
        AddIds(text, credentials.User, context.Uid);
        text.Add("\nGid:"u8);
        AddIds(text, credentials.Group, context.Gid);
        text.Add("\nFDSize:\t"u8).Add(Math.Max(64, BitOperations.RoundUpToPowerOf2((uint)process.Files.End))).Add("\nGroups:\t"u8);
        foreach (uint group in context.Groups)
        {
            text.Add(group).Add(" "u8);
        }

        text.Add(context.Groups.IsEmpty ? " "u8 : default);

        text.Add("\nNStgid:\t"u8).Add(process.Id).Add("\nNSpid:\t"u8).Add(thread?.Id ?? process.Id);
        text.Add("\nNSpgid:\t"u8).Add(process.GroupId).Add("\nNSsid:\t"u8).Add(process.SessionId).Add("\n"u8);
        WriteMemoryStatus(text);
        text.Add("HugetlbPages:\t       0 kB\nCoreDumping:\t0\nTHP_enabled:\t"u8).Add(process.Memory.IsHugePagesOff ? 0 : 1).Add("\n"u8);
        text.Add("Threads:\t"u8).Add(process.Threads.Count).Add("\nSigQ:\t"u8).Add(process.SignalBudget.Used).Add("/"u8).Add(process.Limits.Soft(ResourceKind.PendingSignals)).Add("\n"u8);
        Disposition(out SignalSet ignored, out SignalSet caught);
        AddSet(text, "SigPnd:\t"u8, Shown?.PendingSignals.Set ?? default);
        AddSet(text, "ShdPnd:\t"u8, process.PendingSignals.Set);
        AddSet(text, "SigBlk:\t"u8, Shown?.Blocked ?? default);
        AddSet(text, "SigIgn:\t"u8, ignored);
        AddSet(text, "SigCgt:\t"u8, caught);
        CapabilitySets sets = credentials.Capabilities;
        text.Add("CapInh:\t"u8).AddHex(sets.Inheritable, 16).Add("\nCapPrm:\t"u8).AddHex(sets.Permitted, 16).Add("\nCapEff:\t"u8).AddHex(sets.Effective, 16);
        text.Add("\nCapBnd:\t"u8).AddHex(sets.Bounding, 16).Add("\nCapAmb:\t"u8).AddHex(sets.Ambient, 16);
        text.Add("\nNoNewPrivs:\t"u8).Add(sets.HasNoNewPrivileges ? 1 : 0).Add("\nSeccomp:\t0\nSeccomp_filters:\t0\n"u8);
        text.Add("Speculation_Store_Bypass:\tvulnerable\nSpeculationIndirectBranch:\talways enabled\n"u8);
        text.Add("Cpus_allowed:\t1\nCpus_allowed_list:\t0\nMems_allowed:\t1\nMems_allowed_list:\t0\nvoluntary_ctxt_switches:\t"u8).Add(Shown?.VoluntarySwitches ?? 0);
        text.Add("\nnonvoluntary_ctxt_switches:\t"u8).Add(Shown?.InvoluntarySwitches ?? 0).Add("\n"u8);
    }

    private static void AddSet(ByteText text, ReadOnlySpan<byte> label, SignalSet signals) => text.Add(label).AddHex(signals.Bits, 16).Add("\n"u8);

    private static void AddIds(ByteText text, IdTriple ids, uint file) =>
        text.Add("\t"u8).Add(ids.Real).Add("\t"u8).Add(ids.Effective).Add("\t"u8).Add(ids.Saved).Add("\t"u8).Add(file);
}
