using System.Collections.Generic;
using System.IO;
using Mote.Imaging.Tree;

namespace Mote.Imaging;

/// <summary>Makes a request's paths absolute and complains about what cannot be meant.</summary>
internal static class RequestCheck
{
    public static ImageRequest Normalize(ImageRequest request)
    {
        if (request.ProgramPath.Length == 0)
        {
            throw new ImageException("No program was given. Give an ELF file, a .NET project or the folder of an image.");
        }

        if (request.WorkingDirectory is { } folder && !folder.StartsWith('/'))
        {
            throw new ImageException($"The working directory {folder} must be an absolute path inside the machine, such as /app.");
        }

        foreach ((string name, string value) in request.Environment)
        {
            if (name.Length == 0 || name.Contains('=') || name.Contains('\0') || value.Contains('\0'))
            {
                throw new ImageException($"The environment variable \"{name}\" is not valid: a name must not be empty or contain '='. Write --env NAME=VALUE.");
            }
        }

        foreach (string argument in request.Arguments)
        {
            if (argument.Contains('\0'))
            {
                throw new ImageException("An argument contains a NUL byte, which no program can receive.");
            }
        }

        var added = new List<(string Host, string Guest)>();
        foreach ((string host, string guest) in request.AddedFiles)
        {
            if (host.Length == 0 || !guest.StartsWith('/'))
            {
                throw new ImageException($"--add {host}:{guest}: write --add HOST:GUEST with an absolute path inside the machine, such as --add ./data:/data");
            }

            string path = Path.GetFullPath(host);
            if (!Path.Exists(path))
            {
                throw new ImageException($"--add {host}:{guest}: there is no file or folder {path}.");
            }

            bool intoFolder = guest.EndsWith('/') && !Directory.Exists(path);
            string target = GuestPath.Normalize(intoFolder ? guest + Path.GetFileName(path) : guest);
            if (GuestLayout.MountOver(target) is { } mount)
            {
                throw new ImageException($"--add {host}:{guest}: the machine mounts a file system of its own over {mount}, which would hide it. Add it elsewhere, such as /srv.");
            }

            added.Add((path, target));
        }

        return WithNamedFiles(request with
        {
            AddedFiles = added,
            WorkingDirectory = request.WorkingDirectory is null ? null : GuestPath.Normalize(request.WorkingDirectory),
        });
    }

    // Whoever says where the program starts, or what lies where it would look, has arranged the files already.
    private static ImageRequest WithNamedFiles(ImageRequest request)
    {
        var named = new List<string>();
        var scripts = new List<string>();
        string? folder = request.WorkingDirectory;
        string? program = File.Exists(request.ProgramPath) ? File.ResolveLinkTarget(request.ProgramPath, returnFinalTarget: true)?.FullName ?? request.ProgramPath : null;
        foreach (string argument in program is null ? [] : ArgumentFiles.Find(program, request.Arguments))
        {
            bool isAbsolute = argument.StartsWith('/');
            string path = GuestPath.Combine(Directory.GetCurrentDirectory(), argument);
            string inside = GuestPath.Combine("/", argument);
            if (FindAdded(request, inside) is { } added)
            {
                scripts.AddRange(File.Exists(added) ? [added] : []);
                continue;
            }

            if ((!isAbsolute && request.WorkingDirectory is not null) || !Path.Exists(path))
            {
                continue;
            }

            named.Add(path);
            scripts.AddRange(File.Exists(path) ? [path] : []);
            folder ??= isAbsolute ? null : new GuestLayout().Map(Directory.GetCurrentDirectory());
        }

        return request with { NamedFiles = named, Scripts = scripts, WorkingDirectory = folder };
    }

    private static string? FindAdded(ImageRequest request, string guest)
    {
        foreach ((string host, string added) in request.AddedFiles)
        {
            if (added != "/" && GuestPath.IsBelow(guest, added))
            {
                return host + guest[added.Length..];
            }
        }

        return null;
    }
}
