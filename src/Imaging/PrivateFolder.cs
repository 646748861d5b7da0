using System;
using System.IO;

namespace Mote.Imaging;

/// <summary>Folders that only the user can enter: images hold copies of the user's files.</summary>
public static class PrivateFolder
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Makes the folder with mode 0700, or gives one that is there this mode. Folders above it that are missing are made so, too.
    /// </summary>
    public static void Create(string path)
    {
        // CreateDirectory gives its mode to the last folder alone: those above it would be open to all.
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is string above && !Directory.Exists(above))
        {
            Create(above);
        }

        Directory.CreateDirectory(path, Mode);
        if (File.GetUnixFileMode(path) != Mode)
        {
            try
            {
                File.SetUnixFileMode(path, Mode);
            }
            catch (UnauthorizedAccessException)
            {
                // Another user's, who has chosen to share it; what is written into it has modes of its own.
            }
        }
    }

    /// <summary>The user's cache: <c>XDG_CACHE_HOME/mote</c>, else <c>~/.cache/mote</c> (XDG Base Directory Specification).</summary>
    /// <exception cref="ImageException">There is no home folder. A name below /tmp that others can foretell will not do: they could put
    /// their images there.</exception>
    public static string UserCache()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
            cache = Path.IsPathRooted(home) && home != "/"
                ? Path.Combine(home, ".cache")
                : throw new ImageException("There is no folder for the cache of images: HOME is not set. Set HOME or XDG_CACHE_HOME to a folder of yours.");
        }

        return Path.Combine(cache, "mote");
    }
}
