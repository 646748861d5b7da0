using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>What the program learns of itself and its machine.</summary>
internal static class ProcessFigures
{
    public static Task Run(string folder)
    {
        using Process process = Process.GetCurrentProcess();
        Check.Say("process", $"{process.Id == Environment.ProcessId} {process.ProcessName} {process.MainModule!.FileName == Environment.ProcessPath} {process.HasExited}");
        Check.Say("memory figures", process.WorkingSet64 > 1 << 20 && process.VirtualMemorySize64 > process.WorkingSet64 && process.PeakWorkingSet64 >= process.WorkingSet64 && Environment.WorkingSet > 1 << 20);
        Check.Say("threads", process.Threads.Count >= 1 && process.Threads.Cast<ProcessThread>().Any(thread => thread.TotalProcessorTime > TimeSpan.Zero));
        Check.Say("modules", process.Modules.Cast<ProcessModule>().Any(module => module.ModuleName.StartsWith("libc.so", StringComparison.Ordinal)));
        Check.Say("times", process.TotalProcessorTime > TimeSpan.Zero && process.StartTime <= DateTime.Now && DateTime.Now - process.StartTime < TimeSpan.FromMinutes(5));
        Check.Say("priority", $"{process.PriorityClass} {process.BasePriority}");

        long machine = MemoryOfTheMachine();
        GCMemoryInfo info = GC.GetGCMemoryInfo();
        Check.Say("memory is the machine's", info.TotalAvailableMemoryBytes <= machine && info.TotalAvailableMemoryBytes >= machine / 10 * 7);
        Check.Say("memory load", info.HighMemoryLoadThresholdBytes > 0 && GC.GetTotalMemory(false) > 0 && GC.GetTotalAllocatedBytes() > 0);
        Check.Say("collector", System.Runtime.GCSettings.IsServerGC);
        Check.Say("processors", Environment.ProcessorCount >= 1 && Environment.ProcessorCount <= 1024);
        Check.Say("environment", $"{Environment.Is64BitProcess} {Environment.NewLine.Length} {Environment.OSVersion.Platform} {Environment.UserName.Length > 0} {Environment.MachineName.Length > 0} {Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)} {Environment.SystemPageSize} {Environment.HasShutdownStarted}");
        Check.Say("variables", $"{Environment.GetEnvironmentVariable("PATH")!.Contains("/usr/bin", StringComparison.Ordinal)} {Environment.GetEnvironmentVariable("MOTE_NOT_SET") is null} {Environment.ExpandEnvironmentVariables("%HOME%")}");
        Check.Say("system", $"{RuntimeInformation.OSArchitecture} {RuntimeInformation.FrameworkDescription} {RuntimeInformation.RuntimeIdentifier} {OperatingSystem.IsLinux()}");
        Check.Say("ticks", Environment.TickCount64 > 0 && Stopwatch.IsHighResolution);
        return Task.CompletedTask;
    }

    // What /proc/meminfo says, or less when a control group limits it.
    private static long MemoryOfTheMachine()
    {
        string total = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
        long bytes = long.Parse(total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        foreach (string limit in (string[])["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"])
        {
            if (File.Exists(limit) && long.TryParse(File.ReadAllText(limit), CultureInfo.InvariantCulture, out long value))
            {
                bytes = Math.Min(bytes, value);
            }
        }

        return bytes;
    }
}
