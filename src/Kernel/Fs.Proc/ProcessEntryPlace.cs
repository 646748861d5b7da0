namespace Mote.Kernel.Fs.Proc;

/// <summary>In which of /proc/PID and /proc/PID/task/TID an entry is.</summary>
internal enum ProcessEntryPlace
{
    Both,
    Process,
    Thread,
}
