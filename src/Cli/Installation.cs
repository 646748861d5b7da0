using System;
using System.IO;
using Mote.Imaging;

namespace Mote.Cli;

/// <summary>
/// Where the kernel lies: named by <c>MOTE_KERNEL</c>, beside the tool (the .NET tool package), or in the repository that the tool was built in.
/// </summary>
internal static class Installation
{
    private const string KernelName = "mote.elf";
    private const string DebugKernelName = "mote.debug.elf";

    /// <summary>The kernel that boots.</summary>
    public static string Kernel()
    {
        string? chosen = Environment.GetEnvironmentVariable("MOTE_KERNEL");
        if (!string.IsNullOrEmpty(chosen))
        {
            return File.Exists(chosen) ? Path.GetFullPath(chosen) : throw new CliException($"MOTE_KERNEL names {chosen}, which does not exist", ExitStatus.Missing);
        }

        return FindKernel() ?? throw new CliException("the kernel is missing: build it with ./mote in the repository, or name one with MOTE_KERNEL", ExitStatus.Missing);
    }

    /// <summary>The kernel, or <c>null</c> where there is none.</summary>
    public static string? FindKernel()
    {
        string packaged = Path.Combine(AppContext.BaseDirectory, "kernel", KernelName);
        if (File.Exists(packaged))
        {
            return packaged;
        }

        string? built = Repository() is string root ? Path.Combine(root, "artifacts", "kernel", KernelName) : null;
        return File.Exists(built) ? built : null;
    }

    /// <summary>The same kernel with its debug information, or <c>null</c>.</summary>
    public static string? DebugKernel(string kernel)
    {
        string path = Path.Combine(Path.GetDirectoryName(kernel) ?? ".", DebugKernelName);
        return File.Exists(path) ? path : null;
    }

    /// <summary>The root of the repository: <c>MOTE_ROOT</c>, which the launcher sets, or above the tool; <c>null</c> for an installed tool.</summary>
    public static string? Repository()
    {
        string? told = Environment.GetEnvironmentVariable("MOTE_ROOT");
        if (!string.IsNullOrEmpty(told))
        {
            return told;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "src", "Cli", "Mote.Cli.csproj")))
            {
                return folder.FullName;
            }
        }

        return null;
    }

    /// <summary>The root of the repository, for commands that only make sense in it.</summary>
    public static string RequireRepository(string command) =>
        Repository() ?? throw new CliException($"mote {command} works in the repository of Mote only");

    /// <summary>Built images and what was found out about this computer: <c>MOTE_CACHE</c>, else <c>XDG_CACHE_HOME/mote</c>, else <c>~/.cache/mote</c>.</summary>
    public static string CacheFolder()
    {
        string? chosen = Environment.GetEnvironmentVariable("MOTE_CACHE");
        if (!string.IsNullOrEmpty(chosen))
        {
            return Path.GetFullPath(chosen);
        }

        return PrivateFolder.UserCache();
    }
}
