// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.ConsoleHost.Commands;

/// <summary><c>lb schema</c>: prints what a configuration may say.</summary>
internal static class SchemaCommand
{
    private const string Description = """
        Print the JSON Schema of configurations, for editors: they complete names and mark mistakes while you type.

        Examples:
          lb schema > lb.schema.json        then begin lb.yaml with: # yaml-language-server: $schema=lb.schema.json
          lb schema --markdown              every setting on a page, docs/settings.md
        """;

    public static Command Create()
    {
        var markdown = new Option<bool>("--markdown") { Description = "Print a page for people instead." };
        var schema = new Command("schema", Description) { markdown };
        schema.SetAction(arguments =>
        {
            string text = arguments.GetValue(markdown) ? ConfigurationSchema.ToMarkdown(LbSections.All) : ConfigurationSchema.ToJson(LbSections.All);
            HostOutput.WriteText(text.TrimEnd('\n'));
            return ExitCode.Success;
        });
        return schema;
    }
}
