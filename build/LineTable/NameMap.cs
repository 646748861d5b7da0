using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Mote.LineTable;

/// <summary>From the symbols that ilc makes back to the names in the source. ilc turns each character that is neither
/// letter nor digit into an underscore (NameMangler in dotnet/runtime), which loses the dots; so all names of the
/// assemblies are turned the same way and kept for looking up.</summary>
internal sealed class NameMap
{
    private sealed record TypeNames(string Name, Dictionary<string, string> Methods);

    private readonly Dictionary<string, TypeNames> _types = new(StringComparer.Ordinal);

    /// <summary>Takes in the names of an assembly.</summary>
    public void Add(string assembly)
    {
        using FileStream stream = File.OpenRead(assembly);
        using PEReader file = new(stream);
        MetadataReader reader = file.GetMetadataReader();
        string prefix = Mangle(reader.GetString(reader.GetAssemblyDefinition().Name)).Replace("System_Private_", "S_P_", StringComparison.Ordinal) + "_";
        foreach (TypeDefinitionHandle handle in reader.TypeDefinitions)
        {
            TypeDefinition type = reader.GetTypeDefinition(handle);
            (string mangled, string readable) = FullName(reader, type);
            Dictionary<string, string> methods = new(StringComparer.Ordinal);
            foreach (MethodDefinitionHandle method in type.GetMethods())
            {
                string name = reader.GetString(reader.GetMethodDefinition(method).Name);
                methods.TryAdd(Mangle(name), name);
            }

            _types.TryAdd(prefix + mangled, new TypeNames(readable, methods));
        }
    }

    /// <summary>The type of a method table's symbol, _ZTV, a length and the type's name; null for anything else.</summary>
    public string? TypeOfMethodTable(string symbol)
    {
        if (!symbol.StartsWith("_ZTV", StringComparison.Ordinal))
        {
            return null;
        }

        string mangled = WithoutArguments(symbol.AsSpan(4).TrimStart("0123456789").ToString());
        return _types.TryGetValue(mangled, out TypeNames? type) ? type.Name : mangled;
    }

    /// <summary>Type and method of a symbol; the type is empty where none is known.</summary>
    public (string Type, string Method) Method(string symbol)
    {
        string plain = WithoutArguments(symbol.Replace("<unbox>", "", StringComparison.Ordinal).Replace("<Boxed>", "", StringComparison.Ordinal));
        // Two underscores separate the method, but names may hold such pairs too: the longest type that exists wins.
        for (int cut = plain.LastIndexOf("__", StringComparison.Ordinal); cut > 0; cut = plain.LastIndexOf("__", cut, StringComparison.Ordinal))
        {
            if (_types.TryGetValue(plain[..cut], out TypeNames? type))
            {
                string method = plain[(cut + 2)..];
                return (type.Name, Find(type.Methods, method) ?? method);
            }
        }

        // A helper that ilc made: what it is says enough, what it is for would cost more than all method names.
        return ("", symbol.StartsWith("__", StringComparison.Ordinal) && symbol.IndexOf('_', 2) is int end and > 0 ? symbol[..end] : symbol);
    }

    // Overloads after the first get a number behind their name.
    private static string? Find(Dictionary<string, string> methods, string mangled)
    {
        if (methods.TryGetValue(mangled, out string? name))
        {
            return name;
        }

        int underscore = mangled.LastIndexOf('_');
        return underscore > 0 && int.TryParse(mangled.AsSpan(underscore + 1), out _) && methods.TryGetValue(mangled[..underscore], out name)
            ? name : null;
    }

    private static (string Mangled, string Readable) FullName(MetadataReader reader, TypeDefinition type)
    {
        string name = reader.GetString(type.Name);
        string plain = name.IndexOf('`') is int tick and >= 0 ? name[..tick] : name;
        if (type.IsNested)
        {
            (string mangled, string readable) = FullName(reader, reader.GetTypeDefinition(type.GetDeclaringType()));
            return ($"{mangled}_{Mangle(name)}", $"{readable}.{plain}");
        }

        string space = reader.GetString(type.Namespace);
        return space.Length == 0 ? (Mangle(name), plain) : ($"{Mangle(space)}_{Mangle(name)}", $"{space}.{plain}");
    }

    private static string Mangle(string name)
    {
        StringBuilder result = new(name.Length);
        foreach (char character in name)
        {
            result.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        }

        return result.ToString();
    }

    private static string WithoutArguments(string symbol)
    {
        StringBuilder result = new(symbol.Length);
        int depth = 0;
        foreach (char character in symbol)
        {
            depth += character == '<' ? 1 : 0;
            if (depth == 0)
            {
                result.Append(character);
            }

            depth -= character == '>' ? 1 : 0;
        }

        return result.ToString();
    }
}
