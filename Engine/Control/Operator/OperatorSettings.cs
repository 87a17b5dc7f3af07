// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Files;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control.Operator;

/// <summary>
/// What the operator has set at run time, which goes before the configuration. Survives reloads, and restarts when there is a file for it. Called by
/// whoever has the turn.
/// </summary>
internal sealed class OperatorSettings
{
    private readonly Dictionary<(string Pool, string Backend), OperatorSetting> _entries = [];
    private readonly OperatorSettingsFile? _file;
    private readonly ILogger _logger;

    /// <param name="file">Where settings outlive the engine; null for nowhere.</param>
    /// <param name="logger">The engine's logger.</param>
    public OperatorSettings(OperatorSettingsFile? file, ILogger logger)
    {
        _file = file;
        _logger = logger;
    }

    public OperatorSetting Find(string pool, string backend) => _entries.GetValueOrDefault((pool, backend));

    /// <summary>Sets something for a backend; see <see cref="ApplyTo"/> and <see cref="Save"/>.</summary>
    public void Set(string pool, string backend, OperatorSetting setting)
    {
        if (setting == default)
        {
            _entries.Remove((pool, backend));
        }
        else
        {
            _entries[(pool, backend)] = setting;
        }
    }

    /// <summary>Saves everything that is set. What cannot be saved is in force all the same, and logged.</summary>
    public void Save()
    {
        try
        {
            _file?.Save(_entries);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            EngineLog.StateFileFailed(_logger, exception.Message);
        }
    }

    /// <summary>Drops what was set for backends that are gone: one that comes back under an old name starts afresh.</summary>
    public void ForgetUnless(Func<string, string, bool> isPresent)
    {
        int before = _entries.Count;
        foreach ((string pool, string backend) in _entries.Keys)
        {
            if (!isPresent(pool, backend))
            {
                // Removing during an enumeration is allowed, and does not disturb it.
                _entries.Remove((pool, backend));
            }
        }

        if (_entries.Count < before)
        {
            Save();
        }
    }

    /// <summary>Gives a backend what the operator, or else the configuration, says of it. Pool writer only; takes effect when the pool is published.</summary>
    public void ApplyTo(Backend backend, BackendOptions options)
    {
        OperatorSetting setting = Find(backend.Pool.Name, backend.Name);
        backend.OperatorState = setting.State;
        backend.Weight = setting.Weight ?? options.Weight;
    }

    /// <summary>Takes over what was saved before a restart. A file that cannot be read is put aside, and the engine starts without.</summary>
    /// <param name="isPresent">Whether there may be such a backend now; what was set for others is left out.</param>
    /// <exception cref="RefusedFileException">The file is no state file: a slip of whoever named it, which must not cost that file.</exception>
    public void Load(Func<string, string, bool> isPresent)
    {
        if (_file is null)
        {
            return;
        }

        try
        {
            foreach ((string pool, string backend, OperatorSetting setting) in _file.Load())
            {
                if (isPresent(pool, backend))
                {
                    Set(pool, backend, setting);
                }
            }
        }
        catch (InvalidDataException exception)
        {
            EngineLog.StateFileBroken(_logger, exception.Message, SetAside(_file));
        }
        catch (Exception exception) when (exception is (IOException and not RefusedFileException) or UnauthorizedAccessException)
        {
            EngineLog.StateFileFailed(_logger, exception.Message);
        }
    }

    private static string SetAside(OperatorSettingsFile file)
    {
        try
        {
            return file.SetAside();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"nothing: {exception.Message}";
        }
    }
}
