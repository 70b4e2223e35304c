import { Choice } from './choice.tsx';
import { useWords } from './preferences.ts';

/** A choice of one camera, or of all as ''. The chosen one is offered even where `cameras` lacks it. */
export function CameraChoice({
  cameras,
  chosen,
  onChoose,
}: {
  readonly cameras: readonly string[];
  readonly chosen: string;
  readonly onChoose: (camera: string) => void;
}) {
  const { camera, allCameras } = useWords();
  return (
    <Choice
      name={camera}
      value={chosen}
      values={[...new Set(['', ...cameras, chosen])]}
      names={{ '': allCameras }}
      onChoose={onChoose}
    />
  );
}
