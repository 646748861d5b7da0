namespace Mote.Cli;

/// <summary>A kernel of Debian's, for machines to compare with or to run in: its package is downloaded by apt-get and unpacked; nothing is installed.</summary>
internal static class DebianKernel
{
    /// <summary>Unpacks files of the package that <paramref name="metaPackage"/>, such as linux-image-amd64, stands for into a folder, which is made anew.</summary>
    /// <param name="metaPackage">A package that depends on the newest kernel.</param>
    /// <param name="folder">Where to; what was there is gone.</param>
    /// <param name="members">Patterns of tar(1) for the files that are wanted.</param>
    /// <returns>The shell's exit status, 127 where there is no apt-get or dpkg-deb, and what was said.</returns>
    public static (int Status, string Text) Unpack(string metaPackage, string folder, params string[] members)
    {
        if (Executables.Find("apt-get") is null || Executables.Find("dpkg-deb") is null)
        {
            return (127, "here is no apt-get to get it");
        }

        // The lists of packages may be missing or too old to download by.
        const string Commands = """
            set -e
            package=$1
            rm -rf "$2"
            mkdir -p "$2"
            cd "$2"
            get() {
                name=$(apt-cache depends "$package" | sed -n 's/.*Depends: *\(linux-image-[^ ]*\)/\1/p' | head -n 1)
                [ -n "$name" ] && apt-get download -q "$name"
            }
            get || { apt-get update && get; }
            shift 2
            dpkg-deb --fsys-tarfile linux-image-*.deb | tar -x --wildcards "$@"
            rm -f *.deb
            """;
        return ChildProcess.Capture("/bin/sh", ["-c", Commands, "sh", metaPackage, folder, .. members]);
    }
}
