// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.Configuration.Schema.Papers;

/// <summary>Writes tables as a page for people: first what they want, then a chapter for each kind of section.</summary>
internal sealed class SettingsPage
{
    private const int Width = 120;

    private const string Head = """
        # Settings

        <!-- Written by `lb schema --markdown` from the tables by which documents are read, in Engine/Configuration/Schema: edit those. A test compares. -->

        You want to know what a configuration can say, or look for the setting that does something. A configuration says where clients arrive
        (`listeners`) and who serves them (`pools`). It is a YAML or JSON file for `lb`, a section of an `appsettings.json`, or options in code: the same
        names everywhere, the same checks. `lb check FILE` says every mistake with its line and what to write instead; nothing starts or changes while
        there is one.

        """;

    private const string Writing = """
        ## How values are written

        - Durations carry a unit: `500ms`, `30s`, `15m`, `1h`, `2d`.
        - Addresses carry a port: `10.0.0.1:80`, `[2001:db8::1]:80`. In braces YAML wants quotes where an address begins with a bracket.
        - Names of listeners, pools and backends are yours: 1 to 64 letters, digits, dots, underscores and hyphens.
        - `NAME` below stands for such a name.

        In files of `lb`, `${NAME}` in a value stands for the environment variable of that name, and `${NAME:-default}` for the default where it is not set or
        is empty; a variable that is not set and has no default is a mistake. `$$` is a plain dollar. Names are never expanded. In YAML put quotes around such
        a value in braces: `{ address: "${DB_HOST:-10.0.0.9}:5432" }`. A reload reads the environment anew, but nobody can change that of a running process:
        for another value start `lb` again, or with `--take-over`.

        ## To say something once

        What holds for all listeners, pools or health checks stands in [`defaults`](#the-whole); what one of them says itself goes before it. Whatever else
        repeats itself in a YAML file gets a mark (`&NAME`), and is repeated whole (`*NAME`) or as the base of a mapping (`<<: *NAME`):

        ```yaml
        defaults:
          listeners: { idleTimeout: 30m, maxConnectionsPerClient: 100 }
          pools: { connectTimeout: 2s }
          health: { interval: 3s, fall: 2 }
        x-backend: &backend { weight: 10, maxConnections: 500 }
        listeners:
          web: { bind: "*:8080", pool: site }
          api: { bind: "*:8081", pool: site, idleTimeout: 1h }
        pools:
          site:
            health: { type: http, path: /healthz }
            backends:
              a: { <<: *backend, address: 10.0.0.1:80 }
              b: { <<: *backend, address: 10.0.0.2:80, weight: 5 }
        ```

        ## An editor that knows the settings

        `lb schema > lb.schema.json` writes a JSON Schema; `docs/lb.schema.json` is the same. A YAML file names it in its first line, a JSON file with a key
        that is read by nobody else:

        ```yaml
        # yaml-language-server: $schema=lb.schema.json
        ```

        ```json
        {
          "$schema": "lb.schema.json",
          "listeners": { "web": { "bind": "0.0.0.0:8080", "pool": "site" } },
          "pools": { "site": { "backends": { "a": { "address": "10.0.0.1:80" } } } }
        }
        ```

        The editor then completes names, shows what they mean, and marks what is misspelt or out of range.
        """;

    private readonly StringBuilder _text = new();
    private readonly List<(string Path, ISettingTable Table)> _chapters = [];

    public static string Write(ISettingTable root)
    {
        var page = new SettingsPage();
        page.Collect("", root);
        page._text.Append(Head).Append('\n');
        page.WritePurposes();
        page._text.Append('\n').Append(Writing).Append('\n');
        foreach ((string path, ISettingTable table) in page._chapters)
        {
            page.WriteChapter(path, table);
        }

        return page._text.ToString();
    }

    /// <summary>Outer sections before inner ones, each with those inside it.</summary>
    private void Collect(string path, ISettingTable table)
    {
        _chapters.Add((path, table));
        foreach (ISetting row in table.Rows)
        {
            if (row.Inner is ISettingTable inner)
            {
                Collect(PathOf(path, row), inner);
            }
        }
    }

    private void WritePurposes()
    {
        _text.Append("| I want to | setting |\n| --- | --- |\n");
        foreach ((string path, ISettingTable table) in _chapters)
        {
            foreach (ISetting row in table.Rows.Where(row => row.Purpose is not null))
            {
                string chapter = row.Inner is null ? path : PathOf(path, row);
                _text.Append($"| {row.Purpose} | [`{Join(path, row.Name)}`](#{Anchor(chapter)}) |\n");
            }
        }
    }

    private void WriteChapter(string path, ISettingTable table)
    {
        _text.Append($"\n## {Heading(path)}\n\n");
        Wrap("", table.Meaning);
        if (table.Example is string example)
        {
            _text.Append($"\n```yaml\n{example}\n```\n");
        }

        _text.Append("\n| setting | values | default | meaning |\n| --- | --- | --- | --- |\n");
        foreach (ISetting row in table.Rows)
        {
            string name = row.Inner is null ? $"`{row.Name}`" : $"[`{row.Name}`](#{Anchor(PathOf(path, row))})";
            string kinds = row.Kinds.Count > 0 ? $" ({string.Join(", ", row.Kinds)})" : "";
            string fallback = row.IsRequired ? "required" : row.Default;
            _text.Append($"| {name}{kinds} | {row.Values} | {fallback} | {row.Meaning} |\n");
        }

        foreach ((ISetting row, int i) in table.Rows.Where(row => row.Note is not null).Select((row, i) => (row, i)))
        {
            _text.Append(i == 0 ? "\n" : "");
            Wrap("- ", $"`{row.Name}`: {row.Note}");
        }
    }

    private void Wrap(string bullet, string text)
    {
        int length = 0;
        foreach (string word in $"{bullet}{text}".Split(' '))
        {
            bool isFull = length > 0 && length + 1 + word.Length > Width;
            string gap = isFull ? "\n" + new string(' ', bullet.Length) : length == 0 ? "" : " ";
            _text.Append(gap).Append(word);
            length = isFull ? bullet.Length + word.Length : length + gap.Length + word.Length;
        }

        _text.Append('\n');
    }

    private static string PathOf(string path, ISetting row) => Join(path, row.IsNamed ? $"{row.Name}.NAME" : row.Name);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Heading(string path) => path.Length == 0 ? "The whole" : path;

    /// <summary>As GitHub makes it: lower case, without dots.</summary>
    private static string Anchor(string path) => Heading(path).ToLowerInvariant().Replace(".", "", StringComparison.Ordinal).Replace(' ', '-');
}
