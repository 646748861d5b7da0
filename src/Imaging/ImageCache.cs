using System;
using System.IO;
using System.Text;
using System.Threading;
using Mote.Imaging.Inputs;

namespace Mote.Imaging;

/// <summary>Built images and published projects by what they were built from: a folder for each, with a record of every input beside the result.</summary>
internal sealed class ImageCache(string root)
{
    private const string InputsName = "inputs";
    private static readonly TimeSpan s_lockPoll = TimeSpan.FromMilliseconds(50);

    private readonly string _root = Path.GetFullPath(root);

    /// <summary>The user's cache (XDG Base Directory Specification).</summary>
    public static ImageCache Default => new(PrivateFolder.UserCache());

    public static string InputsFile(string folder) => Path.Combine(folder, InputsName);

    /// <summary>Where the image of a request lies: what decides the contents decides the name.</summary>
    public string ImageFolder(ImageRequest request, string programPath)
    {
        var key = new StringBuilder($"{programPath}\n{request.WorkingDirectory}\n");
        foreach ((string host, string guest) in request.AddedFiles)
        {
            key.Append($"add {host}\n to {guest}\n");
        }

        foreach (string file in request.NamedFiles)
        {
            key.Append($"named {file}\n");
        }

        if ((request.Configuration ?? request.Framework) is not null)
        {
            key.Append($"configuration {request.Configuration}\nframework {request.Framework}\n");
        }

        foreach (string rule in request.Rules)
        {
            key.Append($"rule {rule}\n");
        }

        foreach (string name in (string[])["LD_LIBRARY_PATH", "LD_PRELOAD", "PATH"])
        {
            key.Append(request.Environment.TryGetValue(name, out string? value) ? $"{name}={value}\n" : "");
        }

        return Folder("images", Path.GetFileName(programPath), key.ToString());
    }

    /// <summary>Where a project is published to, in a configuration and for a framework that were asked for or null.</summary>
    public string ProjectFolder(string projectPath, string? configuration, string? framework) => Folder(
        "projects",
        Path.GetFileNameWithoutExtension(projectPath),
        (configuration ?? framework) is null ? projectPath : $"{projectPath}\nconfiguration {configuration}\nframework {framework}");

    /// <summary>The image in a folder when nothing that it was made of has changed. <paramref name="change"/>: what did, null when there is no image.</summary>
    public MachineImage? TryOpen(string folder, out string? change)
    {
        change = null;
        if (!Directory.Exists(folder))
        {
            return null;
        }

        change = InputSet.FindChange(InputsFile(folder));
        if (change is not null)
        {
            return null;
        }

        try
        {
            MachineImage image = MachineImage.OpenForStart(folder);
            CacheStore.Touch(folder);
            return image;
        }
        catch (ImageException e)
        {
            change = e.Message;
            return null;
        }
    }

    /// <summary>Keeps other builders out of the cache until the result is disposed.</summary>
    public IDisposable Lock()
    {
        try
        {
            PrivateFolder.Create(_root);
            PrivateFolder.Create(Path.Combine(_root, "images"));
            PrivateFolder.Create(Path.Combine(_root, "projects"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"The cache folder {_root} cannot be made: {e.Message}. Set XDG_CACHE_HOME to a folder that can be written.", e);
        }

        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(_root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Directory.Exists(_root))
            {
                Thread.Sleep(s_lockPoll);
            }
            catch (UnauthorizedAccessException e)
            {
                throw new ImageException($"The cache folder {_root} cannot be written: {e.Message}", e);
            }
        }
    }

    private string Folder(string kind, string name, string key) =>
        Path.Combine(_root, kind, $"{name}-{Fingerprint.Of(key)[..16]}");
}
