using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.DotNet;

/// <summary>What an assembly's metadata (ECMA-335 partition II) says it will ask for at run time.</summary>
internal sealed class AssemblyMetadata
{
    private const int MaxTextLength = 1024;

    // Attributes that name assemblies which nothing loads because of it.
    private static readonly HashSet<string> s_withoutUse = new(StringComparer.Ordinal)
    {
        "TypeForwardedFromAttribute", "InternalsVisibleToAttribute", "DynamicDependencyAttribute",
    };

    /// <summary>Types of other assemblies: the assembly that it looks in, and the type's full name.</summary>
    public HashSet<(string Assembly, string Type)> Types { get; } = [];

    /// <summary>Types that are found here but live elsewhere: full name, and the assembly to go on in.</summary>
    public Dictionary<string, string> Forwards { get; } = new(StringComparer.Ordinal);

    /// <summary>Libraries named by DllImport.</summary>
    public HashSet<string> NativeLibraries { get; } = new(StringComparer.Ordinal);

    /// <summary>Parts of string literals and attributes that may be names of types or assemblies, each with the part before it.</summary>
    public HashSet<(string Part, string Before)> Texts { get; } = [];

    /// <summary>The metadata of a file, or null when it is not an assembly.</summary>
    public static AssemblyMetadata? Read(string path)
    {
        using FileStream file = HostFiles.Open(path);
        try
        {
            using var image = new PEReader(file);
            if (!image.HasMetadata)
            {
                return null;
            }

            MetadataReader reader = image.GetMetadataReader();
            var metadata = new AssemblyMetadata();
            metadata.ReadTypes(reader);
            metadata.ReadForwards(reader);
            metadata.ReadTexts(reader);
            for (int row = 1; row <= reader.GetTableRowCount(TableIndex.ModuleRef); row++)
            {
                metadata.NativeLibraries.Add(reader.GetString(reader.GetModuleReference(MetadataTokens.ModuleReferenceHandle(row)).Name));
            }

            return metadata;
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    private void ReadTypes(MetadataReader reader)
    {
        foreach (TypeReferenceHandle handle in reader.TypeReferences)
        {
            TypeReference type = reader.GetTypeReference(handle);
            string name = FullName(reader, type.Namespace, type.Name);
            while (type.ResolutionScope.Kind == HandleKind.TypeReference)
            {
                type = reader.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
                name = FullName(reader, type.Namespace, type.Name);
            }

            if (type.ResolutionScope.Kind == HandleKind.AssemblyReference)
            {
                Types.Add((reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name), name));
            }
        }
    }

    private void ReadForwards(MetadataReader reader)
    {
        foreach (ExportedTypeHandle handle in reader.ExportedTypes)
        {
            ExportedType type = reader.GetExportedType(handle);
            if (type.IsForwarder && type.Implementation.Kind == HandleKind.AssemblyReference)
            {
                Forwards[FullName(reader, type.Namespace, type.Name)] = reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.Implementation).Name);
            }
        }
    }

    private void ReadTexts(MetadataReader reader)
    {
        if (reader.GetHeapSize(HeapIndex.UserString) > 1)
        {
            for (UserStringHandle handle = MetadataTokens.UserStringHandle(1);
                !handle.IsNil;
                handle = reader.GetNextHandle(handle))
            {
                AddText(reader.GetUserString(handle));
            }
        }

        foreach (CustomAttributeHandle handle in reader.CustomAttributes)
        {
            CustomAttribute attribute = reader.GetCustomAttribute(handle);
            if (!s_withoutUse.Contains(AttributeName(reader, attribute)))
            {
                AddText(Encoding.UTF8.GetString(reader.GetBlobBytes(attribute.Value)));
            }
        }
    }

    private static string AttributeName(MetadataReader reader, CustomAttribute attribute)
    {
        EntityHandle type = attribute.Constructor.Kind == HandleKind.MemberReference
            ? reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent
            : reader.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType();
        return type.Kind switch
        {
            HandleKind.TypeReference => reader.GetString(reader.GetTypeReference((TypeReferenceHandle)type).Name),
            HandleKind.TypeDefinition => reader.GetString(reader.GetTypeDefinition((TypeDefinitionHandle)type).Name),
            _ => "",
        };
    }

    // "Namespace.Type, Assembly, Version=..." or an assembly's name alone.
    private void AddText(string text)
    {
        if (text.Length is 0 or > MaxTextLength)
        {
            return;
        }

        string before = "";
        foreach (string part in text.Split([',', '[', ']', '\0'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            Texts.Add((part, before));
            before = part;
        }
    }

    private static string FullName(MetadataReader reader, StringHandle space, StringHandle name) =>
        space.IsNil ? reader.GetString(name) : $"{reader.GetString(space)}.{reader.GetString(name)}";
}
